import type { Clock, Millis } from '../../clock.js'
import { formatEndpoint, type BackendName } from '../../core/backend.js'
import type { Observation } from '../../core/health.js'
import type { Protocol } from '../../core/outcome.js'
import type { Service } from '../../core/service.js'
import type { BackendSnapshot, RevokeReason, Snapshot } from '../../core/snapshot.js'
import { totalOf, weightsFor, type Choice, type Choosable } from './choice.js'
import { Chooser } from './chooser.js'
import { Coalesced } from './coalesced.js'
import { countLiving, forgetFlows, forgetRefused, forgetStrays, type FlowEvent } from './conntrack.js'
import { deniedRanges } from './networks.js'
import { readCounters } from './nftables.js'
import type { Numbered, Numbers } from './numbers.js'
import { localAddresses } from './local-addresses.js'
import { FAMILIES, familyOf, isWildcard, tableName, type Entrance, type Family, type Rules } from './rules.js'
import { Shunned } from './shunned.js'
import { Tally } from './tally.js'

/** So many living flows are counted whenever somebody looks. */
const FEW = 2000
/** To count more of them may take this part of the time; meanwhile the living are estimated, for so long at most. */
const CENSUS_SHARE = 0.02
const LONGEST_ESTIMATE: Millis = 60_000

/** What a service in the kernel works with; none of it is its own. */
export interface KernelServiceTools {
  readonly clock: Clock
  readonly passive: (backend: BackendName, seen: Observation) => void
  /** The ruleset has to follow: soon, or as soon as possible. */
  readonly onChanged: () => void
  readonly routesLoopback: boolean
  /** Whether an earlier process left its table behind. */
  readonly isInherited: boolean
}

/** Flows that have to be ended once the ruleset gives no new ones to their number. */
interface Ending {
  readonly numbered: Numbered
  readonly protocol: Protocol
  readonly reason: RevokeReason
}

/** One service: what its ruleset has to say, what the kernel counted of it, and whose flows are to end. */
export class KernelService {
  #service: Service
  readonly mark: number
  readonly #tools: KernelServiceTools
  readonly #numbers: Numbers
  readonly #tally: Tally
  #snapshot: Snapshot = { failover: 'none', backends: [] }
  #entrances: readonly Entrance[] = []
  readonly #revocations = new Map<BackendName, number>()
  /** Backends that were not healthy in the last snapshot. */
  #unhealthy: ReadonlySet<BackendName> = new Set()
  /** Numbers whose TCP flows are cut, and whether the flows were ended. */
  readonly #cut = new Map<number, 'ending' | 'ended'>()
  #endings: Ending[] = []
  /** Those that the rules which were asked for last have taken in. */
  #due: Ending[] = []
  /** They get no others, if there is another one. */
  readonly #shunned: Shunned
  /** Backends that were blamed, and the signs of life that they had given by then. */
  readonly #blamed = new Map<BackendName, number>()
  /** Refusals of TCP that were told of, by number. */
  readonly #refusals = new Map<number, number>()
  /** Numbers whose refused flows are being forgotten, and whether there are more since. */
  readonly #rehoming = new Map<number, boolean>()
  /** The entrances that have been cleared of flows from before. */
  #cleared = ''
  #known: { readonly key: string; readonly destinations: Rules['destinations'] } = {
    key: '',
    destinations: [],
  }
  readonly #choosers: Readonly<Record<Family, Chooser>> = { 4: new Chooser(), 6: new Chooser() }
  /** Flows of each family that were given to numbers which are forgotten. */
  readonly #givenToGone: Record<Family, number> = { 4: 0, 6: 0 }
  #arrivals = 0
  #givenBefore = 0
  readonly #counters = new Coalesced(async () => this.#tally.count(await readCounters(this.table, 'counts')))
  /** When the last look began. */
  #lookedAt: Millis = -Infinity
  /** Backends that get no new flows by the rules which were asked for last. */
  #closing = new Set<BackendName>()
  /** Since when they get none by those in force. */
  readonly #closedSince = new Map<BackendName, Millis>()
  /** When the living may be counted again. */
  #nextCensus: Millis = 0

  constructor(service: Service, mark: number, numbers: Numbers, tools: KernelServiceTools) {
    this.#service = service
    this.mark = mark
    this.#numbers = numbers
    this.#tools = tools
    this.#tally = new Tally(service.name, mark, tools.isInherited)
    this.#shunned = new Shunned(tools.clock, tools.onChanged)
  }

  get service(): Service {
    return this.#service
  }

  get table(): string {
    return tableName(this.#service.name)
  }

  /** The families of its backends, those that are gone and have flows included. */
  get families(): readonly Family[] {
    return FAMILIES.filter(family => this.#numbers.all.some(({ endpoint }) => endpoint.family === family))
  }

  /** Whether a look has begun since the backend gets no new flows: {@link active} misses none of them. */
  isCounted(name: BackendName): boolean {
    return this.#lookedAt > (this.#closedSince.get(name) ?? Infinity)
  }

  /** Whether what the ruleset says depends on how many flows there are. */
  get followsCounts(): boolean {
    const { balance } = this.#service
    return (
      this.#snapshot.backends.some(isLimited) || balance === 'least-connections' || balance === 'random-two'
    )
  }

  /** Whether it is waited for something that only counting shows. */
  get awaitsCounts(): boolean {
    return this.#blamed.size > 0 || this.#cut.size > 0
  }

  get isInherited(): boolean {
    return this.#tools.isInherited
  }

  /** What takes it back to the configuration that it has now. */
  state(): () => void {
    const [service, entrances] = [this.#service, this.#entrances]
    return () => this.reconfigure(service, entrances)
  }

  reconfigure(service: Service, entrances: readonly Entrance[]): void {
    if (service.balance !== this.#service.balance) {
      for (const family of FAMILIES) this.#choosers[family].reset()
    }
    this.#service = service
    this.#entrances = entrances
  }

  /** Takes no new clients. */
  close(): void {
    this.#entrances = []
  }

  publish(snapshot: Snapshot): void {
    const names = new Set(snapshot.backends.map(({ backend }) => backend.name))
    for (const { backend } of this.#snapshot.backends) if (!names.has(backend.name)) this.#drop(backend.name)
    this.#snapshot = snapshot
    for (const entry of snapshot.backends) {
      if (entry.eligible) this.#open(entry.backend.name)
      this.#numbers.place(entry.backend)
      this.#revoke(entry)
      if (!entry.healthy && !this.#unhealthy.has(entry.backend.name)) this.#leaveUdp(entry.backend.name)
    }
    this.#unhealthy = namesOf(snapshot, ({ healthy }) => !healthy)
    this.#tools.onChanged()
  }

  /** Living flows. */
  total(): number {
    return this.#numbers.all.reduce((sum, { number }) => sum + this.#tally.activeOf(number), 0)
  }

  /** Living flows of a backend. */
  active(name: BackendName): number {
    return this.#tally.active(name)
  }

  stats(): ReturnType<Tally['stats']> {
    return this.#tally.stats(this.#numbers.all)
  }

  /** Makes ready for {@link rules}: whose turn it is counts when the ring changes. Rejects when its table is not there. */
  async prepare(): Promise<void> {
    if (this.#service.balance !== 'round-robin') return
    const hasChanged = FAMILIES.some(family => this.#choosers[family].changesTurns(this.candidates(family)))
    if (hasChanged) await this.#counters.ask()
  }

  /** Looks whether its table is there; rejects when it is not. */
  glance(): Promise<void> {
    return this.#counters.ask()
  }

  /** Looks at what the kernel counted; rejects when its table is not there. */
  async look(): Promise<void> {
    const { clock } = this.#tools
    const startedAt = clock.now()
    if (startedAt >= this.#nextCensus) {
      const [, living] = await Promise.all([this.#counters.ask(), countLiving(this.mark, this.families)])
      this.#tally.live(living, number => this.#numbers.get(number)?.name)
      this.#tally.settle(this.#numbers.all)
      const took = clock.now() - startedAt
      const pause = this.total() <= FEW ? 0 : Math.min(LONGEST_ESTIMATE, took / CENSUS_SHARE)
      this.#nextCensus = clock.now() + pause
    } else {
      await this.#counters.ask()
      this.#tally.estimate(this.#numbers.all)
    }
    this.#lookedAt = startedAt
    const given = this.#given(4) + this.#given(6)
    this.#arrivals = Math.max(0, given - this.#givenBefore)
    this.#givenBefore = given
    this.#absolve()
    this.#retire()
    this.#leaveBehind()
    if (this.#hasShifted()) this.#tools.onChanged()
  }

  /** A backend refused a client, or did not answer it. */
  async refused(event: FlowEvent): Promise<void> {
    const { mark, what } = event
    const numbered = this.#numbers.get(mark.backend)
    if (numbered === undefined) return
    const { name } = numbered
    // What was ended from here looks as if nobody had answered.
    if (this.#cut.has(mark.backend)) return
    if (mark.protocol === 'tcp' && what === 'refused' && !(await this.#isRefusal(mark.backend))) return
    if (what === 'timeout') this.#tally.failed(name, 'ETIMEDOUT')
    if (!this.#numbers.isCurrent(numbered)) return
    this.#shunned.add(name)
    if (!this.#blamed.has(name)) this.#blamed.set(name, this.#signsOf(name))
    const reason =
      mark.protocol === 'udp' ? 'datagram refused' : what === 'timeout' ? 'no answer' : 'ECONNREFUSED'
    this.#tools.passive(name, { kind: 'fail', cause: 'dead', reason })
    if (mark.protocol === 'udp' && this.#service.udpOnDown === 'rehome') await this.#rehome(numbered)
  }

  /** What the ruleset has to say now. {@link end} comes when it does. */
  rules(): Rules {
    this.#due.push(...this.#endings.splice(0))
    this.#closing = namesOf(this.#snapshot, ({ eligible }) => !eligible)
    const service = this.#service
    const { sendSource, preserveSource } = service
    const muted = this.#numbers.all.filter(
      ({ name }) => service.udpOnDown === 'drop' && this.#unhealthy.has(name),
    )
    return {
      service: service.name,
      mark: this.mark,
      entrances: this.#entrances,
      destinations: this.#destinations(),
      choices: { 4: this.#choice(4), 6: this.#choice(6) },
      cut: [...this.#cut.keys()],
      muted: muted.map(({ number }) => number),
      denied: { 4: deniedRanges(service.access, 4), 6: deniedRanges(service.access, 6) },
      maxConnections: service.maxConnections,
      maxUdpSessions: service.maxUdpSessions,
      maxConnectionsPerClient: service.maxConnectionsPerClient,
      connectionRatePerClient: service.connectionRatePerClient,
      source: preserveSource
        ? { kind: 'client' }
        : sendSource === undefined
          ? { kind: 'masquerade' }
          : { kind: 'address', address: sendSource },
      timeouts: {
        connect: service.connectTimeout,
        idle: service.idleTimeout,
        fin: service.finTimeout,
        udpIdle: service.udpIdleTimeout,
      },
      tellsRefusals: service.passive,
      routesLoopback: this.#tools.routesLoopback,
    }
  }

  /** Whether there are flows to {@link end}. */
  get hasEndings(): boolean {
    return this.#due.length > 0 || this.#cleared !== this.#toClear()
  }

  /** The ruleset is there anew, and none was before. */
  began(): void {
    this.#cleared = ''
    this.#tally.restart()
  }

  /** The rules that were asked for last are in force. */
  entered(): void {
    const now = this.#tools.clock.now()
    for (const name of this.#closing) if (!this.#closedSince.has(name)) this.#closedSince.set(name, now)
  }

  /** The rules are in force: ends the flows that they leave behind. */
  async end(): Promise<void> {
    await this.#clear()
    const endings = this.#due.splice(0)
    for (const { numbered, protocol, reason } of endings) {
      const { number, name, endpoint } = numbered
      const { sessions, connects } = await forgetFlows(this.mark, number, protocol, endpoint.family)
      this.#tally.ended(name, protocol, reason, sessions)
      this.#tally.failed(name, 'ECANCELED', connects)
      this.#tally.left(numbered, protocol, sessions + connects)
      if (protocol === 'tcp' && this.#cut.has(number)) this.#cut.set(number, 'ended')
    }
  }

  /** Those that a new client of a family may be given, in the order in which tiers are asked. */
  candidates(family: Family): readonly Choosable[] {
    const tiers = this.#snapshot.failover === 'primary' ? [false, true] : [true, false]
    for (const backup of tiers) {
      const open = this.#snapshot.backends.filter(
        entry =>
          entry.backend.backup === backup &&
          entry.eligible &&
          !this.#isFull(entry) &&
          this.familyOf(entry.backend.name) === family,
      )
      const trusted = open.filter(({ backend }) => !this.#shunned.has(backend.name))
      const chosen = (trusted.length > 0 ? trusted : open).flatMap(entry => this.#choosable(entry))
      if (chosen.length > 0) return chosen
    }
    return []
  }

  /** The number that the next client gets whose turn it is, and all turns; undefined when it does not go by turns. */
  turn(family: Family): ReturnType<Chooser['turn']> {
    return this.#choosers[family].turn(this.#given(family))
  }

  /** Whom a slot of ip-hash belongs to. */
  ownerOf(family: Family, slot: number): BackendName | undefined {
    return this.nameOf(this.#choosers[family].ownerOf(slot, this.candidates(family)) ?? 0)
  }

  /** Of the address that new clients of a backend are sent to. */
  familyOf(name: BackendName): Family | undefined {
    return this.#numbers.of(name)?.endpoint.family
  }

  nameOf(number: number): BackendName | undefined {
    return this.#numbers.get(number)?.name
  }

  snapshot(): Snapshot {
    return this.#snapshot
  }

  /** The part of new clients that a backend gets by chance. */
  chances(family: Family): ReadonlyMap<BackendName, number> {
    const candidates = this.candidates(family)
    const weights = weightsFor(this.#service.balance, candidates, this.#arrivals)
    const total = totalOf(weights)
    return new Map(candidates.map(({ name }, index) => [name, (weights[index] ?? 0) / total]))
  }

  /** The same list for as long as it says the same: what is made of it need not be made again. */
  #destinations(): Rules['destinations'] {
    const limits = new Map(
      this.#snapshot.backends.map(({ backend }) => [backend.name, backend.maxConnections]),
    )
    const destinations = this.#numbers.all.map(({ number, name, endpoint }) => ({
      number,
      endpoint,
      maxConnections: limits.get(name),
    }))
    const key = destinations.map(({ number, maxConnections }) => `${number}:${maxConnections ?? ''}`).join()
    if (key !== this.#known.key) this.#known = { key, destinations }
    return this.#known.destinations
  }

  #choice(family: Family): Choice {
    const clients = { given: this.#given(family), arrivals: this.#arrivals }
    return this.#choosers[family].choose(this.#service.balance, this.candidates(family), clients)
  }

  #choosable({ backend, effectiveWeight, probeTime }: BackendSnapshot): readonly Choosable[] {
    const { name, weight } = backend
    const number = this.#numbers.of(name)?.number
    if (number === undefined) return []
    const active = this.#tally.active(name)
    return [{ name, number, weight, effectiveWeight, active, probeTime: probeTime?.average }]
  }

  #isFull({ backend: { name, maxConnections } }: BackendSnapshot): boolean {
    return maxConnections !== undefined && this.#tally.active(name) >= maxConnections
  }

  /** The entrances of UDP, as a text. */
  #toClear(): string {
    const udp = this.#entrances.filter(({ protocol }) => protocol === 'udp')
    return udp.map(({ host, port }) => `${host} ${port}`).join()
  }

  /** Datagrams that came before there was a ruleset for them must not keep their clients from it. */
  async #clear(): Promise<void> {
    const cleared = this.#toClear()
    if (cleared === this.#cleared) return
    this.#cleared = cleared
    for (const { protocol, host, port } of this.#entrances) {
      if (protocol !== 'udp') continue
      const hosts = isWildcard(host) ? localAddresses() : new Set([host])
      await forgetStrays({ hosts, port }, FAMILIES)
    }
  }

  /** Obeys a revocation, once. */
  #revoke({ backend: { name }, revocation }: BackendSnapshot): void {
    const isNew = revocation !== undefined && revocation.count !== this.#revocations.get(name)
    if (!isNew) return
    this.#revocations.set(name, revocation.count)
    const { reason } = revocation
    for (const numbered of this.#numbers.all.filter(each => each.name === name)) {
      // Another server is down, and not the one that it had before.
      if (reason === 'backend-down' && !this.#numbers.isCurrent(numbered)) continue
      this.#cut.set(numbered.number, 'ending')
      this.#endings.push({ numbered, protocol: 'tcp', reason })
      if (reason === 'killed') this.#endings.push({ numbered, protocol: 'udp', reason })
    }
    this.#numbers.renew(name)
  }

  /** UDP sessions of a backend that went down begin anew with their next datagram. */
  #leaveUdp(name: BackendName): void {
    if (this.#service.udpOnDown !== 'rehome') return
    for (const numbered of this.#numbers.all)
      if (numbered.name === name) this.#endings.push({ numbered, protocol: 'udp', reason: 'backend-down' })
  }

  /** A datagram that was on its way may have begun a session anew with a backend that had just gone down. */
  #leaveBehind(): void {
    const left = [...this.#unhealthy].filter(name => this.#tally.active(name, 'udp') > 0)
    for (const name of left) this.#leaveUdp(name)
    if (this.#endings.length > 0) this.#tools.onChanged()
  }

  /** A backend is to get new flows. */
  #open(name: BackendName): void {
    this.#closing.delete(name)
    this.#closedSince.delete(name)
  }

  #drop(name: BackendName): void {
    this.#numbers.leave(name)
    for (const numbered of this.#numbers.all.filter(each => each.name === name)) this.#forget(numbered)
    this.#tally.forget(name)
    this.#open(name)
    this.#revocations.delete(name)
    this.#shunned.forget(name)
    this.#blamed.delete(name)
  }

  /** Lets the clients begin anew whose datagrams were refused: one program for all that were until it began. */
  async #rehome(numbered: Numbered): Promise<void> {
    const { number, name, endpoint } = numbered
    const waiting = this.#rehoming.get(number)
    this.#rehoming.set(number, true)
    if (waiting !== undefined) return
    try {
      while (this.#rehoming.get(number) === true) {
        this.#rehoming.set(number, false)
        const flows = await forgetRefused(this.mark, number, endpoint.family)
        this.#tally.ended(name, 'udp', 'backend-down', flows)
        this.#tally.left(numbered, 'udp', flows)
      }
    } finally {
      this.#rehoming.delete(number)
    }
  }

  /**
   * Whether it was the backend that refused: the kernel tells the same of a client that takes back its first packet at once,
   * but counts that elsewhere. Nobody may have a backend blamed for what it did itself.
   */
  async #isRefusal(number: number): Promise<boolean> {
    await this.#counters.ask().catch(() => undefined)
    const told = this.#refusals.get(number) ?? 0
    if (this.#tally.refusedBy(number) <= told) return false
    this.#refusals.set(number, told + 1)
    return true
  }

  #signsOf(name: BackendName): number {
    return this.#numbers.all.reduce(
      (sum, each) => sum + (each.name === name ? this.#tally.signsOf(each.number) : 0),
      0,
    )
  }

  /** Who was blamed and has served clients since is not blamed any more. */
  #absolve(): void {
    for (const [name, before] of this.#blamed) {
      if (this.#signsOf(name) <= before) continue
      this.#blamed.delete(name)
      this.#tools.passive(name, { kind: 'pass' })
    }
  }

  /** Forgets numbers that get no new flows and have no old ones. */
  #retire(): void {
    for (const numbered of this.#numbers.all) {
      const { number } = numbered
      const isOver = this.#cut.get(number) !== 'ending' && this.#tally.activeOf(number) === 0
      if (this.#numbers.isCurrent(numbered) || !isOver) continue
      this.#forget(numbered)
      this.#tools.onChanged()
    }
  }

  #forget(numbered: Numbered): void {
    const { number, endpoint } = numbered
    this.#givenToGone[endpoint.family] += this.#tally.givenTo(number)
    this.#tally.keep(numbered)
    this.#numbers.forget(number)
    this.#cut.delete(number)
    this.#refusals.delete(number)
  }

  /** Flows of a family that were given, which is how many turns were taken. */
  #given(family: Family): number {
    const numbers = this.#numbers.all.filter(({ endpoint }) => endpoint.family === family)
    return this.#givenToGone[family] + this.#tally.given(numbers)
  }

  /** Whether what was counted asks for another choice than the one in force. */
  #hasShifted(): boolean {
    if (!this.followsCounts) return false
    const { balance } = this.#service
    return FAMILIES.some(family =>
      this.#choosers[family].hasShifted(balance, this.candidates(family), this.#arrivals),
    )
  }
}

/** The numbers of a table that an earlier process has left, by the address of the backend. */
export function numbersOf(
  endpoints: Iterable<readonly [number: number, endpoint: string]>,
): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>()
  for (const [number, endpoint] of endpoints) {
    const [host = '', port] = endpoint.split(' ')
    const key = formatEndpoint({ kind: 'inet', family: familyOf(host), host, port: Number(port) })
    numbers.set(key, Math.max(number, numbers.get(key) ?? 0))
  }
  return numbers
}

function namesOf(snapshot: Snapshot, has: (entry: BackendSnapshot) => boolean): Set<BackendName> {
  return new Set(snapshot.backends.flatMap(entry => (has(entry) ? [entry.backend.name] : [])))
}

function isLimited({ backend }: BackendSnapshot): boolean {
  return backend.maxConnections !== undefined
}
