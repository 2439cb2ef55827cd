import type { BackendView, ReloadView, ServiceDetail, ServiceView } from '../api/views.js'
import { parseBackendChange, parseNewBackend } from '../config/bodies.js'
import { ConfigError } from '../config/config-error.js'
import type { ConfigSource } from '../config/config-source.js'
import type { BackendConfig, Config, LogLevel, ServiceConfig } from '../config/config.js'
import { checkBackend } from '../config/datapath-checks.js'
import { effectiveService } from '../config/effective.js'
import { originsOf } from '../config/origins.js'
import type { Settings } from '../config/given.js'
import type { ParsedChange } from '../config/parsed-change.js'
import { pathOfListener } from '../config/paths.js'
import { checkService } from '../config/service-checks.js'
import { checkUnchanged } from '../config/unchanged.js'
import { ChangeRefused, type Changes } from '../control/admin/source.js'
import type { Supervisor } from '../control/supervisor.js'
import type { BackendName } from '../core/backend.js'
import type { Observer } from '../core/observer.js'
import { BindError, ThreadStartError } from '../datapath/datapath.js'
import { difference, newListeners, type Running } from './difference.js'
import { isOfKernel } from './kernel-error.js'
import type { Overview } from './overview.js'
import { checkSource, resolveBackend, resolveServices, type Host, type Resolved } from './resolve.js'
import type { Services } from './services.js'
import { describeWarning } from './warnings.js'

/** The service itself was checked already. */
const NOTHING_GIVEN: Settings = { given: new Map(), place: key => ({ path: key }) }

/** What an operator works with; none of it is its own. */
export interface OperatorTools {
  readonly services: Services
  readonly overview: Overview
  readonly observer: Observer
  /** What is read at a reload. */
  readonly source: ConfigSource
  /** What this process may use at the moment. */
  readonly host: () => Promise<Host>
  readonly setLogLevel: (level: LogLevel) => void
}

/**
 * Changes what runs: the configuration as a whole, and single backends until the next reload. One change at a time; each
 * is in force, in every thread, when it resolves.
 */
export class Operator implements Changes {
  readonly #tools: OperatorTools
  /** As it was read last. */
  #config: Config
  /** The services of it with the backends that were added and without those that were removed since. */
  #current: Map<string, ServiceConfig>
  readonly #opened: Promise<void>
  #beOpened: () => void = () => undefined
  /** The last change. */
  #last: Promise<unknown>
  /** The last reading of the configuration. */
  #lastRead: Promise<unknown>
  #isClosed = false

  constructor(config: Config, tools: OperatorTools) {
    this.#tools = tools
    this.#config = config
    this.#current = byName(config)
    this.#opened = new Promise(resolve => (this.#beOpened = resolve))
    this.#last = this.#opened
    this.#lastRead = this.#opened
  }

  /** The services run: what was asked for until now is done. */
  open(): void {
    this.#beOpened()
  }

  /** What is in force of the process. */
  get config(): Config {
    return this.#config
  }

  /** Starts no further change of what is configured; resolves when the one under way is over. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#last
  }

  /** Reads the configuration again; what was changed since it was read last is gone. All or nothing. */
  reload(): Promise<ReloadView> {
    // Names may take long to be looked up: other changes need not wait for that.
    const run = this.#lastRead.then(() => this.#reload())
    this.#lastRead = run.catch(() => undefined)
    return run
  }

  async #reload(): Promise<ReloadView> {
    const { source, observer } = this.#tools
    try {
      const read = await this.#read().catch((error: unknown) => {
        // Whatever is wrong with what was read, what runs goes on.
        throw refusalOf(error) ?? new ChangeRefused('invalid', `it cannot be read: ${String(error)}`)
      })
      return await this.#exclusively(() => this.#follow(read))
    } catch (error) {
      const refused = refusalOf(error)
      if (refused === undefined) throw error
      observer.configRejected({ source: source.name, reason: refused.message })
      throw refused
    }
  }

  async addBackend(name: string, fields: unknown): Promise<BackendView> {
    await this.#opened
    this.#find(name)
    const added = await refusing(() => parseNewBackend(fields))
    const backend = await refusing(() => resolveBackend(added))
    return this.#exclusively(async () => {
      const [supervisor, config] = this.#find(name)
      this.#checkOpen()
      if (config.backends.some(other => other.name === added.name)) {
        throw new ChangeRefused('conflict', `${name} has a backend ${added.name} already`, 'name')
      }
      const next = { ...config, backends: [...config.backends, added] }
      await refusing(async () => {
        checkBackend(added, this.#config.datapath)
        checkService(next, NOTHING_GIVEN)
        checkSource(next, [backend])
      })
      const { service } = supervisor
      supervisor.announce({ action: 'add', service: name, backend: added.name, address: added.source })
      supervisor.change({ ...service, backends: [...service.backends, backend] })
      this.#current.set(name, next)
      return this.#view(name, added.name)
    })
  }

  changeBackend(name: string, backend: BackendName, change: unknown): Promise<BackendView> {
    return this.#exclusively(async () => {
      const [supervisor] = this.#find(name, backend)
      this.#apply(name, backend, supervisor, await refusing(() => parseBackendChange(change)))
      return this.#view(name, backend)
    })
  }

  removeBackend(name: string, backend: BackendName): Promise<void> {
    return this.#exclusively(async () => {
      const [supervisor, config] = this.#find(name, backend)
      this.#checkOpen()
      const backends = config.backends.filter(other => other.name !== backend)
      if (backends.length === 0) {
        throw new ChangeRefused(
          'conflict',
          `${backend} is the last backend of ${name}: drain it, or add another one first`,
        )
      }
      const { service } = supervisor
      supervisor.announce({ action: 'remove', service: name, backend })
      supervisor.change({ ...service, backends: service.backends.filter(other => other.name !== backend) })
      this.#current.set(name, { ...config, backends })
      await this.#tools.overview.services()
    })
  }

  killSessions(name: string, backend: BackendName): Promise<void> {
    return this.#exclusively(async () => {
      // What leaves may be told to hurry.
      const supervisor = this.#tools.services.find(name)
      const status = supervisor?.status().find(other => other.backend.name === backend)
      if (supervisor === undefined || status === undefined) throw this.#unknown(name, backend)
      supervisor.announce({ action: 'kill-sessions', service: name, backend })
      supervisor.killSessions(backend)
      await this.#tools.overview.services()
    })
  }

  /** A service with the configuration that is in force, and where each value comes from; undefined = there is none. */
  async detail(name: string): Promise<ServiceDetail | undefined> {
    const views = await this.#tools.overview.services()
    const view = views.find(service => service.name === name)
    const config = this.#current.get(name)
    const service = this.#tools.services.get(name)?.service
    if (view === undefined || config === undefined || service === undefined) return undefined
    const { maxConnections, maxUdpSessions } = service
    const inForce = { ...config, maxConnections, maxUdpSessions, backends: this.#backends(config, view) }
    return {
      ...view,
      config: effectiveService(inForce),
      origins: { ...this.#origins(inForce), ...this.#changed(config, view) },
    }
  }

  async #read(): Promise<{ readonly config: Config; readonly resolved: Resolved }> {
    const { source, host } = this.#tools
    const config = await source.load()
    checkUnchanged(this.#config, config)
    return { config, resolved: await resolveServices(config, await host()) }
  }

  async #follow({
    config,
    resolved,
  }: {
    readonly config: Config
    readonly resolved: Resolved
  }): Promise<ReloadView> {
    const { source, services, observer, setLogLevel } = this.#tools
    this.#checkOpen()
    const before = this.#running()
    const terms = { accessLog: config.accessLog, descriptors: resolved.descriptors }
    await services.reconfigure(resolved.services, terms).catch((error: unknown) => {
      throw cannotFollow(error, config)
    })
    setLogLevel(config.log.level)
    this.#config = config
    this.#current = byName(config)
    const after = this.#running()
    const view = difference(before, after)
    for (const warning of resolved.warnings) observer.warning(describeWarning(warning), { ...warning })
    for (const fact of newListeners(before, after)) observer.listening(fact)
    observer.configReloaded({ source: source.name, ...view })
    return view
  }

  #running(): Running {
    const { services } = this.#tools
    return {
      services: services.all.map(({ service }) => service),
      configured: this.#config.services,
      listeners: services.listeners,
    }
  }

  #apply(
    name: string,
    backend: BackendName,
    supervisor: Supervisor,
    { weight, state, deadline }: ParsedChange,
  ): void {
    if (weight !== undefined) {
      supervisor.announce({ action: 'weight', service: name, backend, weight })
      supervisor.setWeight(backend, weight)
    }
    if (state === undefined) return
    const end = deadline && { forMs: deadline.after, then: deadline.then }
    supervisor.announce({ action: state, service: name, backend, ...end })
    supervisor.setAdmin(backend, state, deadline)
  }

  async #view(name: string, backend: BackendName): Promise<BackendView> {
    const views = await this.#tools.overview.services()
    const view = views.find(service => service.name === name)?.backends.find(other => other.name === backend)
    if (view === undefined) throw this.#unknown(name, backend)
    return view
  }

  #find(name: string, backend?: BackendName): readonly [Supervisor, ServiceConfig] {
    const supervisor = this.#tools.services.get(name)
    const config = this.#current.get(name)
    const isThere = backend === undefined || config?.backends.some(other => other.name === backend) === true
    if (supervisor === undefined || config === undefined || !isThere) throw this.#unknown(name, backend)
    return [supervisor, config]
  }

  #unknown(name: string, backend: BackendName | undefined): ChangeRefused {
    const isService = backend === undefined || this.#tools.services.get(name) === undefined
    const what = isService ? `there is no service ${name}` : `${name} has no backend ${backend}`
    return new ChangeRefused('unknown', what)
  }

  /** Runs when all changes before are over. */
  #exclusively<T>(change: () => Promise<T>): Promise<T> {
    const run = this.#last.then(change)
    this.#last = run.catch(() => undefined)
    return run
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new ChangeRefused('conflict', 'the process is about to stop')
  }

  /** The backends as they are configured, with what was changed since. */
  #backends(config: ServiceConfig, { backends }: ServiceView): readonly BackendConfig[] {
    const views = new Map(backends.map(view => [view.name, view]))
    return config.backends.map(backend => {
      const { weight, state } = views.get(backend.name) ?? backend
      return { ...backend, weight, state }
    })
  }

  #origins(config: ServiceConfig): ServiceDetail['origins'] {
    return originsOf(config, this.#config.source === 'flags' ? 'flag' : 'file')
  }

  /** What was changed through the admin API since the configuration was read. */
  #changed(config: ServiceConfig, { backends }: ServiceView): ServiceDetail['origins'] {
    const read = this.#config.services.find(({ name }) => name === config.name)
    const known = new Map(read?.backends.map(backend => [backend.name, backend]))
    const paths = backends.flatMap(({ name, weight, state }) => {
      const path = `backends.${name}`
      const before = known.get(name)
      if (before === undefined)
        return Object.keys(this.#origins(config)).filter(each => each.startsWith(`${path}.`))
      return [
        ...(before.weight === weight ? [] : [`${path}.weight`]),
        ...(before.state === state ? [] : [`${path}.state`]),
      ]
    })
    return Object.fromEntries(paths.map(path => [path, 'api' as const]))
  }
}

function byName({ services }: Config): Map<string, ServiceConfig> {
  return new Map(services.map(service => [service.name, service]))
}

/** Tells what is wrong with a change as its refusal. */
async function refusing<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    throw error instanceof ConfigError ? new ChangeRefused('invalid', error.message, error.path) : error
  }
}

/** Why a configuration cannot hold; undefined = the error is a bug. */
function refusalOf(error: unknown): ChangeRefused | undefined {
  if (error instanceof ChangeRefused) return error
  return error instanceof ConfigError ? new ChangeRefused('invalid', error.message, error.path) : undefined
}

/** Why the data path cannot follow a configuration, or the error if that is a bug. */
function cannotFollow(error: unknown, config: Config): unknown {
  if (error instanceof ThreadStartError)
    return new ChangeRefused('conflict', `a data thread does not follow: ${error.message}`)
  if (isOfKernel(error)) return new ChangeRefused('conflict', error.message)
  if (!(error instanceof BindError)) return error
  const path = pathOfListener(config.services, error.listener)
  return new ChangeRefused('conflict', `cannot listen on ${error.listener}: ${error.code}`, path)
}
