import type { Clock, Random } from '../clock.js'
import { Monitor } from '../control/monitor.js'
import { Supervisor } from '../control/supervisor.js'
import type { ListeningFact, Observer } from '../core/observer.js'
import type { Service } from '../core/service.js'
import type { ServiceStats } from '../core/stats.js'
import type { DataPath, PassiveReport, Terms } from '../datapath/datapath.js'
import type { CreateDataPath } from './datapaths.js'

/** What services run with; none of it is theirs. */
export interface ServicesTools {
  readonly clock: Clock
  readonly random: Random
  /** Wall-clock milliseconds since 1970. */
  readonly wallTime: () => number
  readonly observer: Observer
  readonly createDataPath: CreateDataPath
}

/** The services that run: the data path that moves their bytes, and a supervisor for each. */
export class Services {
  readonly datapath: DataPath
  readonly #tools: ServicesTools
  readonly #monitor: Monitor
  /** In the order of the configuration. */
  #supervisors: ReadonlyMap<string, Supervisor>
  /** Those of services that are no longer configured and have sessions. */
  readonly #leaving = new Map<string, Supervisor>()
  #listeners: readonly ListeningFact[] = []

  constructor(services: readonly Service[], terms: Terms, tools: ServicesTools) {
    const { clock, random, observer, createDataPath } = tools
    const passive: PassiveReport = (service, backend, seen) => this.find(service)?.passive(backend, seen)
    const datapathTools = { clock, random, observer, terms, passive }
    this.#tools = tools
    this.#monitor = new Monitor({ clock, random })
    this.datapath = createDataPath(services, datapathTools)
    this.#supervisors = new Map(services.map(service => [service.name, this.#supervise(service)]))
  }

  /** Where clients connect; empty before {@link bind}. */
  get listeners(): readonly ListeningFact[] {
    return this.#listeners
  }

  /** Those that are configured, in their order. */
  get all(): readonly Supervisor[] {
    return [...this.#supervisors.values()]
  }

  /** One that is configured. */
  get(name: string): Supervisor | undefined {
    return this.#supervisors.get(name)
  }

  /** One that is configured, or was and still has sessions. */
  find(name: string): Supervisor | undefined {
    return this.#supervisors.get(name) ?? this.#leaving.get(name)
  }

  /** Binds every listener or none; rejects as {@link DataPath.start} does. */
  async bind(): Promise<void> {
    for (const supervisor of this.all) supervisor.open()
    this.#listeners = await this.datapath.start()
  }

  /** Begins to probe. */
  start(): void {
    for (const supervisor of this.all) supervisor.start()
  }

  /**
   * Follows a change of the configuration, or stays as it is and rejects as {@link DataPath.reconfigure} does. Sessions of
   * what is removed live on.
   */
  async reconfigure(services: readonly Service[], terms: Terms): Promise<void> {
    const added = services.filter(({ name }) => !this.#supervisors.has(name))
    const revived = new Set(added.flatMap(({ name }) => (this.#leaving.has(name) ? [name] : [])))
    const entering = new Map(added.map(service => [service.name, this.#enter(service)]))
    try {
      this.#listeners = await this.datapath.reconfigure(services, terms)
    } catch (error) {
      for (const [name, supervisor] of entering) {
        if (revived.has(name)) this.#leave(name, supervisor)
        else this.#discard(name, supervisor)
      }
      throw error
    }
    const before = this.#supervisors
    const kept = services.map(service => {
      const supervisor = before.get(service.name)
      supervisor?.reconfigure(service)
      return [service.name, supervisor ?? entering.get(service.name)] as const
    })
    this.#supervisors = new Map(
      kept.flatMap(([name, supervisor]) => (supervisor ? [[name, supervisor]] : [])),
    )
    for (const supervisor of entering.values()) supervisor.start()
    for (const [name, supervisor] of before) if (!this.#supervisors.has(name)) this.#leave(name, supervisor)
    await this.datapath.settled()
  }

  /** What was counted of those that are configured, and of those that still have sessions. */
  stats(): Promise<readonly ServiceStats[]> {
    return this.datapath.stats()
  }

  /** Ends probes and timers; sessions are the data path's. */
  stop(): void {
    for (const supervisor of [...this.all, ...this.#leaving.values()]) supervisor.stop()
    this.#monitor.stop()
  }

  #supervise(service: Service): Supervisor {
    const { clock, wallTime, observer } = this.#tools
    const { name } = service
    return new Supervisor(service, {
      clock,
      wallTime,
      observer,
      monitor: this.#monitor,
      publish: snapshot => {
        this.datapath.publish(name, snapshot)
        return this.datapath.settled()
      },
      held: backend => this.datapath.held(name, backend),
    })
  }

  /** Publishes the first snapshot of a service, which may be one that was removed and has sessions still. */
  #enter(service: Service): Supervisor {
    const known = this.#leaving.get(service.name)
    this.#leaving.delete(service.name)
    const supervisor = known ?? this.#supervise(service)
    if (known === undefined) supervisor.open()
    else supervisor.reconfigure(service)
    return supervisor
  }

  #leave(name: string, supervisor: Supervisor): void {
    this.#leaving.set(name, supervisor)
    supervisor.leave(() => {
      this.#leaving.delete(name)
      this.#discard(name, supervisor)
    })
  }

  /** Nothing is left of a service, or it never was. */
  #discard(name: string, supervisor: Supervisor): void {
    supervisor.stop()
    this.datapath.forget(name)
  }
}
