import type { Clock, Millis, Timer } from '../../clock.js'
import type { BackendName } from '../../core/backend.js'
import type { Explanation } from '../../core/explanation.js'
import type { ListeningFact, Observer } from '../../core/observer.js'
import type { Service } from '../../core/service.js'
import type { Snapshot } from '../../core/snapshot.js'
import type { ServiceStats } from '../../core/stats.js'
import type { Client } from '../../core/strategy/strategy.js'
import type { DataPath, PassiveReport, Terms } from '../datapath.js'
import { followRefusals, forgetService, type FlowEvent } from './conntrack.js'
import { Entrances } from './entrances.js'
import { explain } from './explain.js'
import { KernelService, numbersOf } from './kernel-service.js'
import { readMark } from './marks.js'
import { apply, hasTable, readEndpoints } from './nftables.js'
import { Numbers } from './numbers.js'
import { own, type Owned } from './ownership.js'
import type { Running } from './programs.js'
import { missingFor, routesLoopback, UnavailableError } from './requirements.js'
import { FAMILIES, rulesetOf, tableName } from './ruleset.js'
import { deleteTable, replaceTable, stepTo, type NftTable } from './table.js'

/** How often counts are looked at while something depends on them. */
const LOOK: Millis = 250
/** What was counted this long ago is as good as new. */
const FRESH: Millis = 100
/** Looking takes at most this part of the time. */
const SHARE_OF_TIME = 0.2
/** Elements of gradual sets that one transaction changes: so none takes long. */
const MOST_ELEMENTS = 1024
/** How long it is waited before what failed is tried again. */
const RETRY: Millis = 1000

/** What the kernel data path works with; none of it is its own. */
export interface KernelTools {
  readonly clock: Clock
  readonly observer: Pick<Observer, 'warning'>
  readonly passive: PassiveReport
}

/** One service, and what is in force of it. */
interface Kept {
  readonly service: KernelService
  readonly owned: Owned
  /** undefined = nothing yet. */
  table: NftTable | undefined
  isDirty: boolean
}

/**
 * The data path in the kernel: an nftables ruleset sends the packets of clients to their backends, and no packet enters
 * this process. What it does is to keep the ruleset, one table a service, as the snapshots say; to end the flows of
 * backends that leave; and to read what was counted.
 */
export class KernelDataPath implements DataPath {
  readonly #tools: KernelTools
  #services: readonly Service[]
  readonly #kept = new Map<string, Kept>()
  /** The first snapshots of services, which come before them. */
  readonly #early = new Map<string, Snapshot>()
  readonly #entrances = new Entrances()
  #routesLoopback = false
  #events: Running | undefined
  #syncing: Promise<void> | undefined
  /** Flows that are being ended. */
  readonly #endings = new Set<Promise<void>>()
  #looking: Promise<void> | undefined
  #lookTook: Millis = 0
  #look: Timer | undefined
  #retry: Timer | undefined
  #lastFailure = ''
  #phase: 'new' | 'started' | 'closed' | 'stopped' = 'new'
  #isAborted = false
  #onAbort: () => void = () => undefined

  constructor(services: readonly Service[], tools: KernelTools) {
    this.#services = services
    this.#tools = tools
  }

  async start(): Promise<readonly ListeningFact[]> {
    const missing = await missingFor(this.#services)
    if (missing.length > 0) throw new UnavailableError(missing)
    this.#routesLoopback = await routesLoopback()
    try {
      const facts = await this.#follow(this.#services)
      this.#phase = 'started'
      this.#followRefusals()
      this.#lookLater()
      return facts
    } catch (error) {
      this.#phase = 'stopped'
      this.#entrances.close()
      for (const { owned } of this.#kept.values()) owned.release()
      throw error
    }
  }

  async reconfigure(services: readonly Service[], _terms: Terms): Promise<readonly ListeningFact[]> {
    const facts = await this.#follow(services)
    this.#services = services
    this.#followRefusals()
    return facts
  }

  publish(service: string, snapshot: Snapshot): void {
    const kept = this.#kept.get(service)
    if (kept === undefined) this.#early.set(service, snapshot)
    else kept.service.publish(snapshot)
  }

  settled(): Promise<void> | undefined {
    const under = [...this.#endings, ...(this.#syncing === undefined ? [] : [this.#syncing])]
    // What is written now may leave flows behind that are ended next.
    return under.length === 0 ? undefined : Promise.all(under).then(() => this.settled())
  }

  /** What is not known because the last look was before the last change counts as one. */
  held(service: string, backend: BackendName): number {
    const kept = this.#kept.get(service)
    if (kept === undefined) return 0
    void this.#refresh()
    const isKnown = !kept.isDirty && this.#tools.clock.now() - kept.service.countedAt < 2 * LOOK
    return Math.max(kept.service.active(backend), isKnown ? 0 : 1)
  }

  forget(service: string): void {
    this.#early.delete(service)
    const kept = this.#kept.get(service)
    if (kept === undefined || this.#services.some(({ name }) => name === service)) return
    this.#kept.delete(service)
    void this.#remove([kept])
  }

  async explain(service: string, client: Client): Promise<Explanation | undefined> {
    const kept = this.#kept.get(service)
    if (kept === undefined) return undefined
    await this.settled()
    await this.#refresh(0)
    return explain(kept.service, client)
  }

  async close(): Promise<void> {
    if (this.#phase === 'started') this.#phase = 'closed'
    for (const kept of this.#kept.values()) {
      kept.service.close()
      kept.isDirty = true
    }
    await this.#sync()
    this.#entrances.close()
  }

  async stop(grace: Millis): Promise<void> {
    await this.close()
    await this.#drained(grace)
    this.#phase = 'stopped'
    this.#look?.cancel()
    this.#retry?.cancel()
    this.#events?.stop()
    await this.#syncing
    await this.#remove([...this.#kept.values()])
    this.#kept.clear()
  }

  abort(): void {
    this.#isAborted = true
    this.#onAbort()
  }

  async stats(): Promise<readonly ServiceStats[]> {
    await this.settled()
    await this.#refresh()
    return [...this.#kept.values()].map(({ service }) => service.stats())
  }

  /** Has the kernel follow a configuration, or leaves all as it was and rejects. */
  async #follow(services: readonly Service[]): Promise<readonly ListeningFact[]> {
    const entering = new Map<string, Kept>()
    try {
      for (const service of services)
        if (!this.#kept.has(service.name)) entering.set(service.name, await this.#enter(service))
      const facts = await this.#entrances.prepare(services)
      const before = [...this.#kept.values()].map(({ service }) => service.state())
      for (const [name, kept] of entering) this.#kept.set(name, kept)
      const names = new Set(services.map(({ name }) => name))
      for (const service of services)
        this.#kept.get(service.name)?.service.reconfigure(service, this.#entrances.of(service))
      for (const [name, { service }] of this.#kept) if (!names.has(name)) service.close()
      for (const kept of this.#kept.values()) kept.isDirty = true
      try {
        await this.#write()
      } catch (error) {
        for (const restore of before) restore()
        for (const kept of this.#kept.values()) kept.isDirty = true
        throw error
      }
      this.#entrances.commit()
      for (const kept of entering.values()) if (kept.service.isInherited) this.#tellInherited(kept)
      return facts
    } catch (error) {
      this.#entrances.rollback()
      for (const [name, { owned }] of entering) {
        this.#kept.delete(name)
        owned.release()
      }
      throw error
    }
  }

  async #enter(service: Service): Promise<Kept> {
    const { clock } = this.#tools
    const owned = await own(service.name)
    const table = tableName(service.name)
    const isInherited = await hasTable(table)
    const left = isInherited
      ? await Promise.all(FAMILIES.map(family => readEndpoints(table, `endpoints${family}`)))
      : []
    const taken = left.flatMap(map =>
      [...map].map(([mark, place]) => [readMark(mark).backend, place] as const),
    )
    const kernelService = new KernelService(service, owned.mark, new Numbers(numbersOf(taken)), {
      clock,
      passive: (backend, seen) => this.#tools.passive(service.name, backend, seen),
      onChanged: () => this.#changed(service.name),
      routesLoopback: this.#routesLoopback,
      isInherited,
    })
    const snapshot = this.#early.get(service.name)
    this.#early.delete(service.name)
    if (snapshot !== undefined) kernelService.publish(snapshot)
    return { service: kernelService, owned, table: undefined, isDirty: true }
  }

  #tellInherited({ service }: Kept): void {
    const { name } = service.service
    this.#tools.observer.warning(
      `took over ${service.table}, which a process that did not stop left behind`,
      {
        service: name,
      },
    )
  }

  #changed(service: string): void {
    const kept = this.#kept.get(service)
    if (kept === undefined) return
    kept.isDirty = true
    if (this.#phase === 'started' || this.#phase === 'closed') void this.#sync()
  }

  /** Brings the ruleset up to date; what the kernel does not take is told and tried again. */
  #sync(): Promise<void> {
    this.#syncing ??= this.#write()
      .then(
        () => {
          this.#lastFailure = ''
        },
        (error: unknown) => this.#failed(error),
      )
      .finally(() => (this.#syncing = undefined))
    return this.#syncing
  }

  /** Writes until nothing is left to do. Rejects when the kernel refuses. */
  async #write(): Promise<void> {
    for (;;) {
      const dirty = [...this.#kept.values()].filter(({ isDirty }) => isDirty)
      if (dirty.length === 0) return
      for (const { service, table } of dirty) if (table !== undefined) await service.prepare()
      const steps = dirty.map(kept => {
        kept.isDirty = false
        const wanted = rulesetOf(kept.service.rules())
        if (kept.table === undefined)
          return { kept, commands: replaceTable(wanted), reached: wanted, isLast: true }
        return { kept, ...stepTo(kept.table, wanted, MOST_ELEMENTS) }
      })
      const commands = steps.map(step => step.commands).join('')
      try {
        if (commands !== '') await apply(commands)
      } catch (error) {
        // Whatever is there now, the next attempt puts all of it in its place.
        for (const { kept } of steps) Object.assign(kept, { table: undefined, isDirty: true })
        throw error
      }
      for (const { kept, reached, isLast } of steps) {
        kept.table = reached
        if (!isLast) kept.isDirty = true
        this.#end(kept.service)
      }
    }
  }

  /** Ends what the ruleset left behind, while it may change again. */
  #end(service: KernelService): void {
    if (!service.hasEndings) return
    const ending = service
      .end()
      .catch((error: unknown) => this.#tellFailure('flows cannot be ended', error))
      .finally(() => this.#endings.delete(ending))
    this.#endings.add(ending)
  }

  #failed(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error)
    if (message !== this.#lastFailure) {
      this.#tools.observer.warning(`the ruleset cannot be changed, and is tried again: ${message}`, {})
    }
    this.#lastFailure = message
    this.#retry?.cancel()
    // A table that somebody else removed is put back at once.
    const wait = /No such file|does not exist/.test(message) ? 0 : RETRY
    this.#retry = this.#tools.clock.after(wait, () => {
      if (this.#phase !== 'stopped') void this.#sync()
    })
  }

  /** Looks at the counts, unless that was done just now. */
  #refresh(fresh: Millis = FRESH): Promise<void> {
    const now = this.#tools.clock.now()
    const oldest = Math.min(now, ...[...this.#kept.values()].map(({ service }) => service.countedAt))
    if (now - oldest < fresh) return Promise.resolve()
    this.#looking ??= this.#count(now).finally(() => (this.#looking = undefined))
    return this.#looking
  }

  async #count(startedAt: Millis): Promise<void> {
    for (const kept of this.#kept.values()) {
      if (kept.table === undefined) continue
      try {
        await kept.service.look()
      } catch {
        // Somebody removed the table: it is put back.
        Object.assign(kept, { table: undefined, isDirty: true })
        void this.#sync()
      }
    }
    this.#lookTook = this.#tools.clock.now() - startedAt
  }

  #lookLater(): void {
    const wait = Math.max(LOOK, this.#lookTook / SHARE_OF_TIME)
    this.#look = this.#tools.clock.after(wait, () => {
      const services = [...this.#kept.values()]
      const isNeeded = services.some(({ service }) => service.followsCounts || service.awaitsCounts)
      void (isNeeded ? this.#refresh(0) : Promise.resolve()).then(() => {
        if (this.#phase !== 'stopped') this.#lookLater()
      })
    })
  }

  #followRefusals(): void {
    const isNeeded = this.#services.some(({ passive }) => passive)
    if (!isNeeded) {
      this.#events?.stop()
      this.#events = undefined
      return
    }
    this.#events ??= followRefusals(
      event => this.#refused(event),
      () => {
        this.#events = undefined
        // The kernel had more to tell than was read, or somebody ended the program.
        this.#tools.clock.after(RETRY, () => {
          if (this.#phase === 'started') this.#followRefusals()
        })
      },
    )
  }

  #refused(event: FlowEvent): void {
    for (const { service, owned } of this.#kept.values()) {
      if (owned.mark !== event.mark.service) continue
      service.refused(event).catch((error: unknown) => this.#tellFailure('a flow cannot be ended', error))
    }
  }

  #tellFailure(what: string, error: unknown): void {
    this.#tools.observer.warning(`${what}: ${error instanceof Error ? error.message : String(error)}`, {})
  }

  /** Resolves when no flow is left, when the time is over, or when it is to end now. */
  async #drained(grace: Millis): Promise<void> {
    let isOver = false
    const over = new Promise<void>(resolve => {
      const end = (): void => {
        isOver = true
        resolve()
      }
      this.#onAbort = end
      this.#tools.clock.after(grace, end)
      if (this.#isAborted) end()
    })
    const flows = (): number =>
      [...this.#kept.values()].reduce((sum, { service }) => sum + service.total(), 0)
    while (!isOver) {
      await Promise.race([this.#refresh(0), over])
      if (flows() === 0) return
      await Promise.race([over, new Promise<void>(resolve => this.#tools.clock.after(FRESH, resolve))])
    }
  }

  /** Removes tables, and all that the kernel knows of their flows. */
  async #remove(gone: readonly Kept[]): Promise<void> {
    if (gone.length === 0) return
    const there = gone.filter(({ table }) => table !== undefined)
    for (const { service } of there) {
      await apply(deleteTable(service.table)).catch((error: unknown) => {
        this.#tools.observer.warning(`${service.table} cannot be removed: ${String(error)}`, {})
      })
    }
    await Promise.all(there.map(({ owned }) => forgetService(owned.mark, FAMILIES)))
    for (const { owned } of gone) owned.release()
  }
}
