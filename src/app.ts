import type { ServiceView } from './api/views.js'
import type { Clock, Random } from './clock.js'
import type { Config } from './config/config.js'
import { formatAddress } from './config/address.js'
import { MOST_ADMIN_CONNECTIONS } from './config/caps.js'
import type { AdminAddress } from './control/admin/address.js'
import { AdminServer } from './control/admin/server.js'
import { serviceView } from './control/admin/views.js'
import type { ListeningFact, Observer } from './core/observer.js'
import type { Service } from './core/service.js'
import { BindError, ThreadStartError } from './datapath/datapath.js'
import { fanOut } from './observe/fan-out.js'
import { HeldFacts } from './observe/held-facts.js'
import { contentType, Metrics } from './observe/metrics.js'
import { Services } from './services.js'
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
  readonly #services: Services
  readonly #admin: AdminServer | undefined
  readonly #observer: Observer
  /** What happens during a start is told only when that has succeeded. */
  readonly #facts: HeldFacts
  #adminAddress: AdminAddress | undefined
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
    const shared = { clock, random, wallTime, observer: this.#observer, workers }
    this.#services = new Services(services, config.accessLog, shared)
    this.#admin = this.#createAdmin()
  }

  /** Where clients and operators connect; empty before {@link start}. */
  get listeners(): readonly ListeningFact[] {
    return this.#services.listeners
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
    try {
      await this.#startAdmin()
      await this.#bind()
    } catch (error) {
      this.#facts.discard()
      await this.#admin?.stop(ADMIN_GRACE)
      this.#services.stop()
      throw error
    }
    this.#facts.release()
    for (const fact of this.listeners) this.#observer.listening(fact)
    if (this.#adminAddress !== undefined) {
      this.#observer.admin({ action: 'listening', address: formatAddress(this.#adminAddress) })
    }
    this.#services.start()
    this.#observer.ready()
  }

  /** Takes no new client, lets sessions go on for the drain timeout, resets the rest. Once; later calls wait for it. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  /** Ends a {@link stop} under way at once: whatever is left is reset. */
  abort(): void {
    this.#services.datapath.abort()
  }

  async #stop(): Promise<void> {
    const hasStarted = await this.#starting?.then(
      () => true,
      () => false,
    )
    if (hasStarted !== true) return
    const { datapath } = this.#services
    await datapath.close()
    this.#observer.draining(this.#config.drainTimeout)
    await datapath.stop(this.#config.drainTimeout)
    this.#services.stop()
    await this.#admin?.stop(ADMIN_GRACE)
    this.#observer.stopped()
  }

  async #startAdmin(): Promise<void> {
    const { admin } = this.#config
    if (admin === undefined) return
    this.#adminAddress = await this.#admin?.start().catch((error: unknown) => {
      throw cannotOpen(`--admin ${formatAddress(admin)}`, codeOf(error), error)
    })
  }

  async #bind(): Promise<void> {
    try {
      await this.#services.bind()
    } catch (error) {
      if (error instanceof BindError) throw cannotOpen(`--listen ${error.listener}`, error.code, error)
      if (!(error instanceof ThreadStartError)) throw error
      const line = `--workers ${this.#tools.workers}: a data thread cannot start: ${error.message}`
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
    return new AdminServer(admin, tools, MOST_ADMIN_CONNECTIONS)
  }

  #notReady(): readonly string[] {
    return this.#services.all.flatMap(({ failover, service }) => (failover === 'none' ? [service.name] : []))
  }

  /** The services as the admin API shows them. */
  async views(): Promise<readonly ServiceView[]> {
    const stats = await this.#services.stats()
    return this.#services.all.map(supervisor => {
      const { service, failover } = supervisor
      return serviceView({
        service,
        datapath: this.#config.datapath,
        failover,
        listening: this.listeners.filter(fact => fact.service === service.name),
        backends: supervisor.status(),
        stats: stats.find(each => each.service === service.name),
      })
    })
  }

  async #renderMetrics(): Promise<string> {
    const stats = await this.#services.stats()
    const gauges = this.#services.all.map(supervisor => ({
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
