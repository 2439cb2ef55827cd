import type { BackendName } from '../../core/backend.js'
import { PROTOCOLS, type EndReason, type Protocol, type Refusal } from '../../core/outcome.js'
import type { BackendStats, HistogramStats, ServiceStats } from '../../core/stats.js'
import { KINDS, markOf, REFUSAL_KINDS, type Kind, type RefusalKind } from './marks.js'
import type { Counter } from './nftables.js'
import type { Numbered } from './numbers.js'

/** How connections end that the ruleset sees ending. */
const OVER = ['clientClosed', 'backendClosed', 'clientAborted', 'backendAborted', 'refused'] as const
/** What the kernel does not measure. */
const NOTHING_MEASURED: HistogramStats = { bounds: [], counts: [], count: 0, sum: 0 }
/** Bytes of the headers of IP and UDP. */
const HEADERS = { 4: 28, 6: 48 } as const

/** What was counted of one protocol of one backend. */
type Counts = Record<Kind, Counter>

/** What a process saw of a backend by itself. */
interface Seen {
  /** Flows that were ended from here, or that nobody used for too long. */
  readonly ended: Record<Protocol, Partial<Record<EndReason, number>>>
  readonly errors: Record<string, number>
}

/**
 * What the ruleset of a service has counted since this process took it over, by the names of the backends. The counters
 * are those of the kernel; they are forgotten with their numbers, so that what they said last is kept here.
 */
export class Tally {
  readonly #service: string
  readonly #mark: number
  #counters = new Map<number, Counter>()
  /** What counters had said that began anew since, as they do when somebody removes the table and it is put back. */
  readonly #before = new Map<number, Counter>()
  /** Of numbers that are gone. */
  readonly #kept = new Map<BackendName, Record<Protocol, Counts>>()
  readonly #seen = new Map<BackendName, Seen>()
  /** Flows that an earlier process had given, like those that were missing; undefined until they are counted. */
  #inherited: Map<string, number> | undefined
  /** Flows that were missing when they were counted last. */
  readonly #missing = new Map<string, number>()
  /** Flows given less those over, by protocol and number, when the living were counted or estimated. */
  readonly #net = new Map<string, number>()
  /** Living flows, by name. */
  #living = new Map<BackendName, Record<Protocol, number>>()
  #livingOf = new Map<number, Record<Protocol, number>>()

  /** @param inherits whether there may be flows that an earlier process had given */
  constructor(service: string, mark: number, inherits: boolean) {
    this.#service = service
    this.#mark = mark
    this.#inherited = inherits ? undefined : new Map()
  }

  /** The counters begin anew: what they said stays counted. */
  restart(): void {
    for (const key of this.#counters.keys()) this.#before.set(key, this.#counterOf(key))
    this.#counters = new Map()
  }

  /** Takes in the counters as they are now. */
  count(counters: ReadonlyMap<number, Counter>): void {
    for (const [key, { packets }] of counters)
      if (packets < (this.#counters.get(key)?.packets ?? 0)) this.#before.set(key, this.#counterOf(key))
    this.#counters = new Map(counters)
  }

  /** What a counter has said since the beginning. */
  #counterOf(key: number): Counter {
    return sumOf(this.#before.get(key) ?? NO_COUNT, this.#counters.get(key) ?? NO_COUNT)
  }

  /** Takes in how many flows of each number are not over. */
  live(
    living: readonly { readonly backend: number; readonly protocol: Protocol; readonly flows: number }[],
    nameOf: (number: number) => BackendName | undefined,
  ): void {
    const byName = new Map<BackendName, Record<Protocol, number>>()
    const byNumber = new Map<number, Record<Protocol, number>>()
    for (const { backend, protocol, flows } of living) {
      entry(byNumber, backend, () => ({ tcp: 0, udp: 0 }))[protocol] += flows
      const name = nameOf(backend)
      if (name !== undefined) entry(byName, name, () => ({ tcp: 0, udp: 0 }))[protocol] += flows
    }
    this.#living = byName
    this.#livingOf = byNumber
  }

  /**
   * Finds the flows that are neither living nor known to have ended: nobody used them for too long. Counters and flows are
   * not counted in one moment, so that those are meant which were missing the last time as well.
   */
  settle(numbers: readonly Numbered[]): void {
    for (const { number } of numbers)
      for (const protocol of PROTOCOLS) this.#net.set(`${protocol} ${number}`, this.#netOf(number, protocol))
    const backends = byName(numbers)
    this.#inherited ??= this.#surplus(backends)
    for (const [name, own] of backends) {
      for (const protocol of PROTOCOLS) {
        const key = `${protocol} ${name}`
        const missing = this.#missingOf(name, own, protocol)
        const idle = Math.max(0, Math.min(missing, this.#missing.get(key) ?? 0))
        this.ended(name, protocol, 'idle-timeout', idle)
        this.#missing.set(key, missing - idle)
      }
    }
  }

  /** Takes the flows that were given and have ended since the living were counted for an estimate of those that live now. */
  estimate(numbers: readonly Numbered[]): void {
    for (const { number, name } of numbers) {
      for (const protocol of PROTOCOLS) {
        const key = `${protocol} ${number}`
        const net = this.#netOf(number, protocol)
        const more = net - (this.#net.get(key) ?? 0)
        this.#net.set(key, net)
        if (more === 0) continue
        this.#add({ number, name }, protocol, more)
      }
    }
  }

  /** Flows of a number were ended from here: they live no more. */
  left(numbered: Numbered, protocol: Protocol, flows: number): void {
    this.#add(numbered, protocol, -flows)
  }

  #add({ number, name }: Pick<Numbered, 'number' | 'name'>, protocol: Protocol, flows: number): void {
    const ofNumber = entry(this.#livingOf, number, () => ({ tcp: 0, udp: 0 }))
    const ofName = entry(this.#living, name, () => ({ tcp: 0, udp: 0 }))
    ofNumber[protocol] = Math.max(0, ofNumber[protocol] + flows)
    ofName[protocol] = Math.max(0, ofName[protocol] + flows)
  }

  /** Flows that a number was given, less those that are known to be over: sessions of UDP end without a word. */
  #netOf(number: number, protocol: Protocol): number {
    const given = this.#packets(number, protocol, 'given')
    if (protocol === 'udp') return given
    return OVER.reduce((net, kind) => net - this.#packets(number, protocol, kind), given)
  }

  /** Flows that live and that nobody here has given. */
  #surplus(backends: ReadonlyMap<BackendName, readonly Numbered[]>): Map<string, number> {
    return new Map(
      [...backends].flatMap(([name, own]) =>
        PROTOCOLS.map(protocol => [
          `${protocol} ${name}`,
          Math.max(0, -this.#missingOf(name, own, protocol)),
        ]),
      ),
    )
  }

  /** @param own the numbers of the backend */
  #missingOf(name: BackendName, own: readonly Numbered[], protocol: Protocol): number {
    const counts = this.#total(name, own, protocol)
    const over = protocol === 'udp' ? 0 : OVER.reduce((sum, kind) => sum + counts[kind].packets, 0)
    const seen = this.#seenOf(name)
    const ended = totalOf(seen.ended[protocol]) + (protocol === 'tcp' ? totalOf(seen.errors) : 0)
    const inherited = this.#inherited?.get(`${protocol} ${name}`) ?? 0
    return counts.given.packets + inherited - over - ended - this.active(name, protocol)
  }

  /** Living flows of a backend when they were counted last, of both protocols or of one. */
  active(name: BackendName, protocol?: Protocol): number {
    const { tcp, udp } = this.#living.get(name) ?? { tcp: 0, udp: 0 }
    return protocol === undefined ? tcp + udp : { tcp, udp }[protocol]
  }

  /** The same of a number. */
  activeOf(number: number, protocol?: Protocol): number {
    const { tcp, udp } = this.#livingOf.get(number) ?? { tcp: 0, udp: 0 }
    return protocol === undefined ? tcp + udp : { tcp, udp }[protocol]
  }

  /** Flows that were given to a number, refused ones included. */
  givenTo(number: number): number {
    return PROTOCOLS.reduce((sum, protocol) => sum + this.#packets(number, protocol, 'given'), 0)
  }

  /** Connections that a number refused. */
  refusedBy(number: number): number {
    return this.#packets(number, 'tcp', 'refused')
  }

  /** Flows that were given to all numbers. */
  given(numbers: readonly Numbered[]): number {
    return numbers.reduce((sum, { number }) => sum + this.givenTo(number), 0)
  }

  /** Signs of life of a number that only rise: flows that were not refused, and datagrams that came back. */
  signsOf(number: number): number {
    const replies = this.#packets(number, 'udp', 'toClient')
    return this.#packets(number, 'tcp', 'given') - this.#packets(number, 'tcp', 'refused') + replies
  }

  /** Flows that this process ended, or found gone. */
  ended(name: BackendName, protocol: Protocol, reason: EndReason, flows: number): void {
    const { ended } = this.#seenOf(name)
    if (flows > 0) ended[protocol][reason] = (ended[protocol][reason] ?? 0) + flows
  }

  /** A client was not connected, for a reason that no counter has. */
  failed(name: BackendName, code: string, times = 1): void {
    const { errors } = this.#seenOf(name)
    if (times > 0) errors[code] = (errors[code] ?? 0) + times
  }

  /** Keeps what was counted of a number that is about to be forgotten. */
  keep({ number, name }: Numbered): void {
    const kept = entry(this.#kept, name, () => ({ tcp: noCounts(), udp: noCounts() }))
    for (const protocol of PROTOCOLS) {
      kept[protocol] = add(kept[protocol], this.#countsOf(number, protocol))
      for (const kind of Object.values(KINDS))
        this.#before.delete(markOf(this.#mark, number, protocol) + kind)
    }
  }

  /** Forgets a backend that is gone. */
  forget(name: BackendName): void {
    this.#kept.delete(name)
    this.#seen.delete(name)
    for (const protocol of PROTOCOLS) {
      this.#missing.delete(`${protocol} ${name}`)
      this.#inherited?.delete(`${protocol} ${name}`)
    }
  }

  /** All of it. */
  stats(numbers: readonly Numbered[]): ServiceStats {
    const numbered = [...byName(numbers)]
    const backends = numbered.map(([name, own]) => this.#backend(name, own))
    const failed = backends.reduce((sum, { connectErrors }) => sum + totalOf(connectErrors), 0)
    return {
      service: this.#service,
      refused: {
        tcp: { ...this.#refusals('tcp'), 'connect-failed': failed },
        udp: this.#refusals('udp'),
      },
      dropped: {
        limit: this.#refusal('udp', 'limit'),
        'no-backend': this.#refusal('udp', 'no-backend'),
        'backend-down': numbered.reduce(
          (sum, [name, own]) => sum + this.#total(name, own, 'udp').backendAborted.packets,
          0,
        ),
      },
      connectDuration: NOTHING_MEASURED,
      sessionDuration: { tcp: NOTHING_MEASURED, udp: NOTHING_MEASURED },
      backends,
    }
  }

  #backend(name: BackendName, own: readonly Numbered[]): BackendStats {
    const [tcp, udp] = [this.#total(name, own, 'tcp'), this.#total(name, own, 'udp')]
    const seen = this.#seenOf(name)
    const refused = tcp.refused.packets
    const headers = HEADERS[own[0]?.endpoint.family ?? 4]
    const payload = ({ packets, bytes }: Counter): number => bytes - packets * headers
    return {
      backend: name,
      sessions: {
        tcp: {
          total: tcp.given.packets,
          active: this.active(name, 'tcp'),
          closed: {
            ...seen.ended.tcp,
            'client-closed': tcp.clientClosed.packets,
            'backend-closed': tcp.backendClosed.packets,
            'client-aborted': tcp.clientAborted.packets,
            'backend-aborted': tcp.backendAborted.packets,
          },
          bytesToBackend: tcp.toBackend.bytes,
          bytesToClient: tcp.toClient.bytes,
        },
        udp: {
          total: udp.given.packets,
          active: this.active(name, 'udp'),
          closed: seen.ended.udp,
          bytesToBackend: payload(udp.toBackend),
          bytesToClient: payload(udp.toClient),
        },
      },
      datagramsToBackend: udp.toBackend.packets,
      datagramsToClient: udp.toClient.packets,
      connectErrors: { ...(refused > 0 ? { ECONNREFUSED: refused } : {}), ...seen.errors },
    }
  }

  #refusals(protocol: Protocol): Partial<Record<Refusal, number>> {
    const reasons = Object.keys(REFUSAL_KINDS) as RefusalKind[]
    return Object.fromEntries(reasons.map(reason => [reason, this.#refusal(protocol, reason)]))
  }

  #refusal(protocol: Protocol, reason: RefusalKind): number {
    return this.#counterOf(markOf(this.#mark, 0, protocol) + REFUSAL_KINDS[reason]).packets
  }

  #total(name: BackendName, own: readonly Numbered[], protocol: Protocol): Counts {
    const start = this.#kept.get(name)?.[protocol] ?? noCounts()
    return own.reduce((sum, { number }) => add(sum, this.#countsOf(number, protocol)), start)
  }

  #countsOf(number: number, protocol: Protocol): Counts {
    const base = markOf(this.#mark, number, protocol)
    const counts = noCounts()
    for (const [kind, offset] of Object.entries(KINDS) as [Kind, number][])
      counts[kind] = this.#counterOf(base + offset)
    return counts
  }

  #packets(number: number, protocol: Protocol, kind: Kind): number {
    return this.#counterOf(markOf(this.#mark, number, protocol) + KINDS[kind]).packets
  }

  #seenOf(name: BackendName): Seen {
    return entry(this.#seen, name, () => ({ ended: { tcp: {}, udp: {} }, errors: {} }))
  }
}

const NO_COUNT: Counter = { packets: 0, bytes: 0 }

function noCounts(): Counts {
  const kinds = Object.keys(KINDS) as Kind[]
  return Object.fromEntries(kinds.map(kind => [kind, NO_COUNT])) as Counts
}

function add(one: Counts, other: Counts): Counts {
  const sum = noCounts()
  for (const kind of Object.keys(KINDS) as Kind[]) sum[kind] = sumOf(one[kind], other[kind])
  return sum
}

function sumOf(one: Counter, other: Counter): Counter {
  return { packets: one.packets + other.packets, bytes: one.bytes + other.bytes }
}

function totalOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}

function byName(numbers: readonly Numbered[]): ReadonlyMap<BackendName, readonly Numbered[]> {
  const backends = new Map<BackendName, Numbered[]>()
  for (const numbered of numbers) entry(backends, numbered.name, () => []).push(numbered)
  return backends
}

/** What a map has for a key, made first where there is nothing. */
function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}
