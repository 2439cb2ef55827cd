import type { ServiceView } from './api/views.js'
import type { Clock, Random } from './clock.js'
import type { Config } from './config/config.js'
import { formatAddress } from './config/address.js'
import { MOST_ADMIN_CONNECTIONS } from './config/caps.js'
import { pathOfListener } from './config/paths.js'
import type { AdminAddress } from './control/admin/address.js'
import { AdminServer } from './control/admin/server.js'
import { serviceView } from './control/admin/views.js'
import { Monitor } from './control/monitor.js'
import { Supervisor } from './control/supervisor.js'
import type { ListeningFact, Observer } from './core/observer.js'
import type { Service } from './core/service.js'
import { BindError, ThreadStartError, type DataPath, type PassiveReport } from './datapath/datapath.js'
import { InlineDataPath } from './datapath/userspace/inline.js'
import { ThreadedDataPath } from './datapath/userspace/threads/pool.js'
import { fanOut } from './observe/fan-out.js'
import { HeldFacts } from './observe/held-facts.js'
import { contentType, Metrics } from './observe/metrics.js'
import { cannotOpen, StartError } from './start-error.js'

/** How long an answer of the admin server under way may take at the end. */
const ADMIN_GRACE = 100

/** What an app works with; none of it is its own. */
export interface AppTools {
  readonly clock: Clock
  readonly random: Random
  /** Wall-clock milliseconds since 1970. */
  readonly wallTime: () => number
  /** Told what happens; a method that it lacks is not missed. */
  readonly observer: Partial<Observer>
  /** Log lines lost since the start. */
  readonly linesDropped: () => number
  /** Of this package. */
  readonly version: string
  /** Of the runtime. */
  readonly node: string
  /** Threads that move bytes; `inline` = the one that the app is in. */
  readonly workers: number | 'inline'
}

/** A balancer as a whole: data path, control path and admin, put together. */
export class App {
  readonly #config: Config
  readonly #tools: AppTools
  readonly #metrics: Metrics
  readonly #monitor: Monitor
  readonly #supervisors: ReadonlyMap<string, Supervisor>
  readonly #datapath: DataPath
  readonly #admin: AdminServer | undefined
  readonly #observer: Observer
  /** What happens during a start is told only when that has succeeded. */
  readonly #facts: HeldFacts
  #adminAddress: AdminAddress | undefined
  #listeners: readonly ListeningFact[] = []
  #starting: Promise<void> | undefined
  #stopping: Promise<void> | undefined

  /** @param services of `config`, with literal addresses */
  constructor(config: Config, services: readonly Service[], tools: AppTools) {
    const { clock, random, wallTime, version, node, linesDropped, workers } = tools
    this.#config = config
    this.#tools = tools
    this.#metrics = new Metrics({ version, node, linesDropped })
    this.#facts = new HeldFacts(fanOut([tools.observer, this.#metrics]))
    this.#observer = this.#facts.observer
    this.#monitor = new Monitor({ clock, random })
    const passive: PassiveReport = (service, backend, seen) =>
      this.#supervisors.get(service)?.passive(backend, seen)
    const datapathTools = { clock, random, observer: this.#observer, accessLog: config.accessLog, passive }
    this.#datapath =
      workers === 'inline'
        ? new InlineDataPath(services, datapathTools)
        : new ThreadedDataPath(services, datapathTools, workers)
    this.#supervisors = new Map(
      services.map(service => {
        const publish = this.#datapath.publish.bind(this.#datapath, service.name)
        const shared = { clock, wallTime, monitor: this.#monitor, observer: this.#observer }
        return [service.name, new Supervisor(service, { ...shared, publish })]
      }),
    )
    this.#admin = this.#createAdmin()
  }

  /** Where clients and operators connect; empty before {@link start}. */
  get listeners(): readonly ListeningFact[] {
    return this.#listeners
  }

  /** Where the admin server listens; undefined before {@link start} and without one. */
  get adminAddress(): AdminAddress | undefined {
    return this.#adminAddress
  }

  /** Starts all or nothing; rejects with a StartError. Once. */
  start(): Promise<void> {
    this.#starting ??= this.#start()
    return this.#starting
  }

  async #start(): Promise<void> {
    for (const supervisor of this.#supervisors.values()) supervisor.open()
    try {
      await this.#startAdmin()
      this.#listeners = await this.#startDataPath()
    } catch (error) {
      this.#facts.discard()
      await this.#admin?.stop(ADMIN_GRACE)
      for (const supervisor of this.#supervisors.values()) supervisor.stop()
      this.#monitor.stop()
      throw error
    }
    this.#facts.release()
    for (const fact of this.#listeners) this.#observer.listening(fact)
    if (this.#adminAddress !== undefined) {
      this.#observer.admin({ action: 'listening', address: formatAddress(this.#adminAddress) })
    }
    for (const supervisor of this.#supervisors.values()) supervisor.start()
    this.#observer.ready()
  }

  /** Takes no new client, lets sessions go on for the drain timeout, resets the rest. Once; later calls wait for it. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  /** Ends a {@link stop} under way at once: whatever is left is reset. */
  abort(): void {
    this.#datapath.abort()
  }

  async #stop(): Promise<void> {
    const hasStarted = await this.#starting?.then(
      () => true,
      () => false,
    )
    if (hasStarted !== true) return
    await this.#datapath.close()
    this.#observer.draining(this.#config.drainTimeout)
    await this.#datapath.stop(this.#config.drainTimeout)
    for (const supervisor of this.#supervisors.values()) supervisor.stop()
    this.#monitor.stop()
    await this.#admin?.stop(ADMIN_GRACE)
    this.#observer.stopped()
  }

  async #startAdmin(): Promise<void> {
    const { admin } = this.#config
    if (admin === undefined) return
    this.#adminAddress = await this.#admin?.start().catch((error: unknown) => {
      throw cannotOpen(`${this.#config.paths.admin} ${formatAddress(admin.address)}`, codeOf(error), error)
    })
  }

  async #startDataPath(): Promise<readonly ListeningFact[]> {
    try {
      return await this.#datapath.start()
    } catch (error) {
      if (error instanceof BindError) {
        const path = pathOfListener(this.#config.services, error.listener)
        throw cannotOpen(`${path} ${error.listener}`, error.code, error)
      }
      if (!(error instanceof ThreadStartError)) throw error
      const line = `${this.#config.paths.workers} ${this.#tools.workers}: a data thread cannot start: ${error.message}`
      throw new StartError(line, { cause: error })
    }
  }

  #createAdmin(): AdminServer | undefined {
    const { admin } = this.#config
    if (admin === undefined) return undefined
    const source = {
      services: () => this.views(),
      notReady: () => this.#notReady(),
      metrics: async () => ({ contentType, body: await this.#renderMetrics() }),
    }
    const tools = { source, clock: this.#tools.clock, observer: this.#observer }
    return new AdminServer(admin.address, tools, MOST_ADMIN_CONNECTIONS)
  }

  #notReady(): readonly string[] {
    return [...this.#supervisors.values()].flatMap(({ failover, service }) =>
      failover === 'none' ? [service.name] : [],
    )
  }

  /** The services as the admin API shows them. */
  async views(): Promise<readonly ServiceView[]> {
    const stats = await this.#datapath.stats()
    return [...this.#supervisors.values()].map(supervisor => {
      const { service, failover } = supervisor
      return serviceView({
        service,
        datapath: this.#config.datapath,
        failover,
        listening: this.#listeners.filter(fact => fact.service === service.name),
        backends: supervisor.status(),
        stats: stats.find(each => each.service === service.name),
      })
    })
  }

  async #renderMetrics(): Promise<string> {
    const stats = await this.#datapath.stats()
    const gauges = [...this.#supervisors.values()].map(supervisor => ({
      service: supervisor.service.name,
      failover: supervisor.failover,
      backends: supervisor
        .status()
        .map(({ backend, health, effectiveWeight }) => ({ name: backend.name, health, effectiveWeight })),
    }))
    return this.#metrics.render(stats, gauges)
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error)
}
