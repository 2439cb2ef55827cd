import type { ServiceView } from '../api/views.js'
import type { Clock, Random } from '../clock.js'
import { formatAddress } from '../config/address.js'
import { MOST_ADMIN_CONNECTIONS } from '../config/caps.js'
import type { ConfigSource } from '../config/config-source.js'
import type { AdminConfig, Config, LogLevel } from '../config/config.js'
import { pathOfListener } from '../config/paths.js'
import type { AdminAddress } from '../control/admin/address.js'
import type { Authority } from '../control/admin/authority.js'
import { dashboard } from '../control/admin/dashboard.js'
import { AdminServer } from '../control/admin/server.js'
import { ChangeRefused, type AdminSource } from '../control/admin/source.js'
import { generateToken, readToken, TokenFileError, type Token } from '../control/admin/token.js'
import { History } from '../control/history/history.js'
import type { ListeningFact, Observer } from '../core/observer.js'
import type { Service } from '../core/service.js'
import { BindError, ThreadStartError } from '../datapath/datapath.js'
import { fanOut } from '../observe/fan-out.js'
import { HeldFacts } from '../observe/held-facts.js'
import { Metrics } from '../observe/metrics.js'
import type { CreateDataPath } from './datapaths.js'
import { isOfKernel, noKernel } from './kernel-error.js'
import type { OpenJournal } from './open-journal.js'
import { Operator } from './operator.js'
import { Overview } from './overview.js'
import type { Host } from './resolve.js'
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
  /** Told as well, and asked what happened; the app closes it. */
  readonly journal: OpenJournal
  /** Called when a reload changes it. */
  readonly setLogLevel: (level: LogLevel) => void
  /** What is read at a reload. */
  readonly source: ConfigSource
  /** What this process may use at the moment. */
  readonly host: () => Promise<Host>
  /** Log lines lost since the start. */
  readonly linesDropped: () => number
  /** Of this package. */
  readonly version: string
  /** Of the runtime. */
  readonly node: string
  /** Descriptors that all sessions together may have. */
  readonly descriptors: number
  readonly createDataPath: CreateDataPath
  /** Data threads, where there are any. */
  readonly workers: number
}

/** A balancer as a whole: data path, control path and admin, put together. */
export class App {
  readonly #config: Config
  readonly #tools: AppTools
  readonly #services: Services
  readonly #overview: Overview
  readonly #operator: Operator
  readonly #history: History
  readonly #admin: AdminServer | undefined
  readonly #observer: Observer
  /** What happens during a start is told only when that has succeeded. */
  readonly #facts: HeldFacts
  #token: Token | undefined
  #adminAddress: AdminAddress | undefined
  #starting: Promise<void> | undefined
  #stopping: Promise<void> | undefined

  /** @param services of `config`, with literal addresses */
  constructor(config: Config, services: readonly Service[], tools: AppTools) {
    const { clock, random, wallTime, version, node, linesDropped, createDataPath, journal, source, host } =
      tools
    const metrics = new Metrics({ version, node, linesDropped, journalLinesDropped: journal.linesDropped })
    this.#config = config
    this.#tools = tools
    this.#facts = new HeldFacts(fanOut([tools.observer, metrics, journal.journal.observer]))
    this.#observer = this.#facts.observer
    const observer = this.#observer
    const terms = { accessLog: config.accessLog, descriptors: tools.descriptors }
    this.#services = new Services(services, terms, { clock, random, wallTime, observer, createDataPath })
    this.#overview = new Overview(this.#services, config.datapath, metrics)
    const { setLogLevel } = tools
    const running = { services: this.#services, overview: this.#overview }
    this.#operator = new Operator(config, { ...running, observer, source, host, setLogLevel })
    this.#history = new History({ clock, wallTime, services: () => this.#overview.services() })
    this.#admin = config.admin === undefined ? undefined : this.#createAdmin(config.admin)
  }

  /** Where clients and operators connect; empty before {@link start}. */
  get listeners(): readonly ListeningFact[] {
    return this.#services.listeners
  }

  /** Where the admin server listens; undefined before {@link start} and without one. */
  get adminAddress(): AdminAddress | undefined {
    return this.#adminAddress
  }

  /** The services as the admin API shows them. */
  views(): Promise<readonly ServiceView[]> {
    return this.#overview.services()
  }

  /** Starts all or nothing; rejects with a StartError. Once. */
  start(): Promise<void> {
    this.#starting ??= this.#start()
    return this.#starting
  }

  async #start(): Promise<void> {
    try {
      if (this.#config.admin !== undefined) await this.#startAdmin(this.#config.admin)
      await this.#bind()
    } catch (error) {
      this.#facts.discard()
      await this.#stopAdmin()
      this.#services.stop()
      await this.#tools.journal.close()
      throw error
    }
    this.#facts.release()
    for (const fact of this.listeners) this.#observer.listening(fact)
    if (this.#adminAddress !== undefined) {
      this.#observer.admin({ action: 'listening', address: formatAddress(this.#adminAddress) })
    }
    if (this.#token?.warning !== undefined) this.#observer.warning(this.#token.warning, {})
    this.#services.start()
    if (this.#admin !== undefined) this.#history.start()
    this.#observer.ready()
    this.#operator.open()
  }

  /** Reads the configuration again; one that cannot hold changes nothing, which is told. */
  async reload(): Promise<void> {
    const hasStarted = await this.#starting?.then(
      () => true,
      // Which is told by itself.
      () => false,
    )
    if (hasStarted === true) await this.#operator.reload().catch(ignoreRefusal)
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
    await this.#operator.close()
    await datapath.close()
    const { drainTimeout } = this.#operator.config
    this.#observer.draining(drainTimeout)
    await datapath.stop(drainTimeout)
    this.#services.stop()
    this.#history.stop()
    await this.#stopAdmin()
    this.#observer.stopped()
    await this.#tools.journal.close()
  }

  async #startAdmin({ address, tokenFile }: AdminConfig): Promise<void> {
    const { paths } = this.#config
    if (tokenFile !== undefined) {
      this.#token = await readToken(tokenFile).catch((error: unknown) => {
        if (!(error instanceof TokenFileError)) throw error
        const what = `${paths.tokenFile} ${tokenFile}`
        if (error.code !== undefined) throw cannotOpen(what, error.code, error)
        throw new StartError(`${what}: ${error.message}`, { cause: error })
      })
    }
    this.#adminAddress = await this.#admin?.start().catch((error: unknown) => {
      throw cannotOpen(`${paths.admin} ${formatAddress(address)}`, codeOf(error), error)
    })
    // Not before: another process that has the address may have its token there.
    this.#token ??= await generateToken(withPort(address, this.#adminAddress))
  }

  async #stopAdmin(): Promise<void> {
    await this.#admin?.stop(ADMIN_GRACE)
    await this.#token?.close()
  }

  async #bind(): Promise<void> {
    try {
      await this.#services.bind()
    } catch (error) {
      if (error instanceof BindError) {
        const path = pathOfListener(this.#config.services, error.listener)
        throw cannotOpen(`${path} ${error.listener}`, error.code, error)
      }
      if (isOfKernel(error)) throw noKernel(error)
      if (!(error instanceof ThreadStartError)) throw error
      const what = `${this.#config.paths.workers} ${this.#tools.workers}`
      throw new StartError(`${what}: a data thread cannot start: ${error.message}`, { cause: error })
    }
  }

  #createAdmin({ address }: AdminConfig): AdminServer {
    const { clock, wallTime, journal } = this.#tools
    const overview = this.#overview
    const source: AdminSource = {
      services: () => overview.services(),
      service: name => this.#operator.detail(name),
      notReady: () => overview.notReady(),
      metrics: () => overview.metrics(),
      explain: (service, client) => overview.explain(service, client),
      history: () => this.#history.view(),
      journal: journal.journal,
      changes: this.#operator,
    }
    const authority = (): Authority =>
      this.#token?.authority ?? { kind: 'nobody', reason: 'the process has only just started' }
    const tools = { source, authority, page: dashboard(), clock, wallTime, observer: this.#observer }
    return new AdminServer(address, tools, MOST_ADMIN_CONNECTIONS)
  }
}

/** The address as it was configured, with the port that was bound. */
function withPort(address: AdminConfig['address'], bound: AdminAddress | undefined): AdminConfig['address'] {
  return address.kind === 'inet' && bound?.kind === 'inet' ? { ...address, port: bound.port } : address
}

/** A configuration that cannot hold was told of already. */
function ignoreRefusal(error: unknown): void {
  if (!(error instanceof ChangeRefused)) throw error
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error)
}
