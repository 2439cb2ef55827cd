import type { Clock, Millis, Timer } from '../../clock.js'
import type { BackendName } from '../../core/backend.js'
import type { Explanation } from '../../core/explanation.js'
import type { ListeningFact, Observer } from '../../core/observer.js'
import type { Service } from '../../core/service.js'
import type { Snapshot } from '../../core/snapshot.js'
import type { ServiceStats } from '../../core/stats.js'
import type { Client } from '../../core/strategy/strategy.js'
import type { DataPath, PassiveReport, Terms } from '../datapath.js'
import { Coalesced } from './coalesced.js'
import { followRefusals, forgetService, type FlowEvent } from './conntrack.js'
import { Entrances } from './entrances.js'
import { UnavailableError } from './errors.js'
import { explain } from './explain.js'
import { KernelService, numbersOf } from './kernel-service.js'
import { readMark } from './marks.js'
import { apply, inventoryOf, readEndpoints } from './nftables.js'
import { Numbers } from './numbers.js'
import { own } from './ownership.js'
import type { Running } from './programs.js'
import { missingFor, routesLoopback, settingsMissing } from './requirements.js'
import { FAMILIES, tableName } from './rules.js'
import { removeTable } from './table.js'
import { Tables, type Kept } from './tables.js'

/** How often counts are looked at while something depends on them, and else: so a table that is gone is missed. */
const LOOK: Millis = 200
const GLANCE: Millis = 5000
/** Between two looks whether the last flow is over. */
const PATIENCE: Millis = 100
/** Looking takes at most this part of the time. */
const SHARE_OF_TIME = 0.2
/** How long it is waited before what failed is tried again. */
const RETRY: Millis = 1000

/** What the kernel data path works with; none of it is its own. */
export interface KernelTools {
  readonly clock: Clock
  readonly observer: Pick<Observer, 'warning'>
  readonly passive: PassiveReport
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
  readonly #tables: Tables
  /** Services that are being removed. */
  readonly #removing = new Set<Promise<void>>()
  /** Looks at the counts, but not all the time. */
  readonly #looks = new Coalesced(
    () => this.#count(),
    () => this.#rested(),
  )
  #lookedAt: Millis = -Infinity
  #lookTook: Millis = 0
  #look: Timer | undefined
  #phase: 'new' | 'started' | 'closed' | 'stopped' = 'new'
  #isAborted = false
  #onAbort: () => void = () => undefined

  constructor(services: readonly Service[], tools: KernelTools) {
    this.#services = services
    this.#tools = tools
    this.#tables = new Tables(tools.clock, tools.observer, () => [...this.#kept.values()])
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
      throw error
    }
  }

  async reconfigure(services: readonly Service[], _terms: Terms): Promise<readonly ListeningFact[]> {
    const missing = await settingsMissing(services)
    if (missing.length > 0) throw new UnavailableError(missing)
    try {
      const facts = await this.#follow(services)
      this.#services = services
      this.#followRefusals()
      return facts
    } finally {
      // What was restored is to be in force again.
      void this.#tables.sync()
    }
  }

  publish(service: string, snapshot: Snapshot): void {
    const kept = this.#kept.get(service)
    if (kept === undefined) this.#early.set(service, snapshot)
    else kept.service.publish(snapshot)
  }

  settled(): Promise<void> | undefined {
    return this.#tables.settled()
  }

  /** Flows that the last look may have missed count as one. */
  held(service: string, backend: BackendName): number {
    const kept = this.#kept.get(service)
    if (kept === undefined) return 0
    void this.#looks.ask()
    return Math.max(kept.service.active(backend), kept.service.isCounted(backend) ? 0 : 1)
  }

  forget(service: string): void {
    this.#early.delete(service)
    const kept = this.#kept.get(service)
    if (kept === undefined || this.#services.some(({ name }) => name === service)) return
    this.#kept.delete(service)
    const removing = this.#remove([kept]).finally(() => this.#removing.delete(removing))
    this.#removing.add(removing)
  }

  async explain(service: string, client: Client): Promise<Explanation | undefined> {
    const kept = this.#kept.get(service)
    if (kept === undefined) return undefined
    await this.settled()
    await this.#looks.ask()
    return explain(kept.service, client)
  }

  async close(): Promise<void> {
    if (this.#phase === 'started') this.#phase = 'closed'
    for (const kept of this.#kept.values()) {
      kept.service.close()
      kept.isDirty = true
    }
    await this.#tables.sync()
    this.#entrances.close()
  }

  async stop(grace: Millis): Promise<void> {
    await this.close()
    await this.#drained(grace)
    this.#phase = 'stopped'
    this.#look?.cancel()
    const unheard = this.#events?.stop()
    const gone = [...this.#kept.values()]
    await this.#tables.stop()
    this.#kept.clear()
    await Promise.all([this.#remove(gone), unheard, ...this.#removing])
  }

  abort(): void {
    this.#isAborted = true
    this.#onAbort()
  }

  async stats(): Promise<readonly ServiceStats[]> {
    await this.settled()
    await this.#looks.ask()
    return [...this.#kept.values()].map(({ service }) => service.stats())
  }

  /** Has the kernel follow a configuration, or leaves all as it was and rejects. */
  #follow(services: readonly Service[]): Promise<readonly ListeningFact[]> {
    return this.#tables.exclusively(async () => {
      // One that was removed may come back under the same name.
      await Promise.all(this.#removing)
      const entering = new Map<string, Kept>()
      try {
        for (const service of services)
          if (!this.#kept.has(service.name)) entering.set(service.name, await this.#enter(service))
        const facts = await this.#entrances.prepare(services)
        await this.#put(services, entering)
        this.#entrances.commit()
        for (const { service } of entering.values()) if (service.isInherited) this.#tellInherited(service)
        return facts
      } catch (error) {
        this.#entrances.rollback()
        for (const name of entering.keys()) this.#kept.delete(name)
        await this.#withdraw([...entering.values()])
        throw error
      }
    })
  }

  /** Puts the rules of a configuration in force, or has the old ones hold again and rejects. */
  async #put(services: readonly Service[], entering: ReadonlyMap<string, Kept>): Promise<void> {
    const before = [...this.#kept.values()].map(({ service }) => service.state())
    for (const [name, kept] of entering) this.#kept.set(name, kept)
    const names = new Set(services.map(({ name }) => name))
    for (const service of services)
      this.#kept.get(service.name)?.service.reconfigure(service, this.#entrances.of(service))
    for (const [name, { service }] of this.#kept) if (!names.has(name)) service.close()
    for (const kept of this.#kept.values()) kept.isDirty = true
    // A table that somebody removed has to be missed now: nothing of it may differ.
    await this.#glance()
    try {
      await this.#tables.write()
    } catch (error) {
      for (const restore of before) restore()
      for (const kept of this.#kept.values()) kept.isDirty = true
      throw error
    }
  }

  async #enter(service: Service): Promise<Kept> {
    const { clock } = this.#tools
    const owned = await own(service.name)
    try {
      const table = tableName(service.name)
      const left = await inventoryOf(table)
      const ends =
        left === undefined
          ? []
          : await Promise.all(FAMILIES.map(family => readEndpoints(table, `endpoints${family}`)))
      const taken = ends.flatMap(map =>
        [...map].map(([mark, place]) => [readMark(mark).backend, place] as const),
      )
      const kernelService = new KernelService(service, owned.mark, new Numbers(numbersOf(taken)), {
        clock,
        passive: (backend, seen) => this.#tools.passive(service.name, backend, seen),
        onChanged: () => this.#changed(service.name),
        routesLoopback: this.#routesLoopback,
        isInherited: left !== undefined,
      })
      const snapshot = this.#early.get(service.name)
      this.#early.delete(service.name)
      if (snapshot !== undefined) kernelService.publish(snapshot)
      return { service: kernelService, owned, table: undefined, left, isDirty: true }
    } catch (error) {
      owned.release()
      throw error
    }
  }

  #tellInherited({ service, table }: KernelService): void {
    const { name } = service
    this.#tools.observer.warning(`took over ${table}, which a process that did not stop left behind`, {
      service: name,
    })
  }

  #changed(service: string): void {
    const kept = this.#kept.get(service)
    if (kept === undefined) return
    kept.isDirty = true
    if (this.#phase === 'started' || this.#phase === 'closed') void this.#tables.sync()
  }

  /** Resolves when the counts may be looked at again; undefined = now. */
  #rested(): Promise<void> | undefined {
    const { clock } = this.#tools
    const wait = this.#lookedAt + this.#lookTook * (1 / SHARE_OF_TIME - 1) - clock.now()
    return wait > 0 ? new Promise(resolve => clock.after(wait, resolve)) : undefined
  }

  async #count(): Promise<void> {
    const startedAt = this.#tools.clock.now()
    await this.#each(service => service.look())
    this.#lookedAt = this.#tools.clock.now()
    this.#lookTook = this.#lookedAt - startedAt
  }

  /** Looks whether all tables are there. */
  async #glance(): Promise<void> {
    await this.#each(service => service.glance())
    this.#lookedAt = this.#tools.clock.now()
  }

  async #each(look: (service: KernelService) => Promise<void>): Promise<void> {
    for (const kept of this.#kept.values()) {
      if (kept.table === undefined) continue
      try {
        await look(kept.service)
      } catch (error) {
        if (this.#phase !== 'stopped') this.#tables.missed(kept, error)
      }
    }
  }

  #lookLater(): void {
    const { clock } = this.#tools
    this.#look = clock.after(LOOK, () => {
      const services = [...this.#kept.values()]
      const isNeeded = services.some(({ service }) => service.followsCounts || service.awaitsCounts)
      const isDue = clock.now() - this.#lookedAt >= GLANCE
      void (isNeeded ? this.#looks.ask() : isDue ? this.#glance() : Promise.resolve()).then(() => {
        if (this.#phase !== 'stopped') this.#lookLater()
      })
    })
  }

  #followRefusals(): void {
    const isNeeded = this.#services.some(({ passive }) => passive)
    if (!isNeeded) {
      void this.#events?.stop()
      this.#events = undefined
      return
    }
    const { clock } = this.#tools
    const startedAt = clock.now()
    this.#events ??= followRefusals(
      event => this.#refused(event),
      () => {
        this.#events = undefined
        if (clock.now() - startedAt < RETRY)
          this.#tables.tell('refusals are not heard of', 'conntrack -E ended')
        // The kernel had more to tell than was read, or somebody ended the program.
        clock.after(RETRY, () => {
          if (this.#phase === 'started') this.#followRefusals()
        })
      },
    )
  }

  #refused(event: FlowEvent): void {
    for (const { service, owned } of this.#kept.values()) {
      if (owned.mark !== event.mark.service) continue
      service.refused(event).catch((error: unknown) => this.#tables.tell('flows cannot be ended', error))
    }
  }

  /** Resolves when no flow is left, when the time is over, or when it is to end now. */
  async #drained(grace: Millis): Promise<void> {
    const { clock } = this.#tools
    let isOver = this.#isAborted
    let end: () => void = () => undefined
    const over = new Promise<void>(resolve => {
      end = () => {
        isOver = true
        resolve()
      }
    })
    this.#onAbort = end
    const timer = clock.after(grace, end)
    const flows = (): number =>
      [...this.#kept.values()].reduce((sum, { service }) => sum + service.total(), 0)
    while (!isOver) {
      await Promise.race([this.#looks.ask(), over])
      if (flows() === 0) break
      await Promise.race([over, new Promise<void>(resolve => clock.after(PATIENCE, resolve))])
    }
    timer.cancel()
  }

  /** Gives up services that did not come: what others left behind stays as it is. */
  async #withdraw(kept: readonly Kept[]): Promise<void> {
    await this.#remove(kept.filter(({ table }) => table !== undefined))
    for (const { owned, table } of kept) if (table === undefined) owned.release()
  }

  /** Removes tables, and all that the kernel knows of their flows. */
  async #remove(gone: readonly Kept[]): Promise<void> {
    if (gone.length === 0) return
    try {
      await apply(gone.map(({ service }) => removeTable(service.table)).join(''))
    } catch (error) {
      this.#tables.tell('a ruleset cannot be removed', error)
    }
    const forgotten = await Promise.allSettled(gone.map(({ owned }) => forgetService(owned.mark, FAMILIES)))
    for (const { owned } of gone) owned.release()
    for (const each of forgotten)
      if (each.status === 'rejected') this.#tables.tell('flows cannot be ended', each.reason)
  }
}
