import type { Millis } from '../../clock.js'
import type { BackendName } from '../../core/backend.js'
import type { Explanation } from '../../core/explanation.js'
import type { EndReason } from '../../core/outcome.js'
import type { Service } from '../../core/service.js'
import type { Snapshot } from '../../core/snapshot.js'
import type { ServiceStats } from '../../core/stats.js'
import type { Client } from '../../core/strategy/strategy.js'
import type { Terms } from '../datapath.js'
import { Listeners, place, type Bound, type Ports } from './listeners.js'
import { SendQueues } from './send-queues.js'
import { ServicePath, type Counts, type DataPathTools } from './service-path.js'
import type { Sharing } from './sharing.js'
import type { SocketDrops } from './udp-kernel-drops.js'

/** What one thread has counted of a service since it started. */
export interface ThreadStats {
  readonly counted: ServiceStats
  /** Datagrams that the kernel dropped before any listener of the service could read them. */
  readonly kernelDrops: SocketDrops
}

/** Moves bytes with net and dgram sockets, in the thread that it is created in. */
export class DataThread {
  readonly #tools: DataPathTools
  readonly #counts: Counts
  readonly #sendQueues: SendQueues
  readonly #listeners: Listeners
  /** Those of the configuration, and those that are no longer in it and have sessions. */
  readonly #paths = new Map<string, ServicePath>()
  /** The last one of each service; the first comes before the service. */
  readonly #snapshots = new Map<string, Snapshot>()
  #terms: Terms
  /** The configuration that was prepared. */
  #next: ReadonlyMap<string, { readonly service: Service; readonly path: ServicePath }> | undefined
  #isClosed = false

  constructor(tools: DataPathTools, counts: Counts) {
    const terms = (): Terms => this.#terms
    this.#terms = tools.terms
    this.#tools = {
      ...tools,
      get terms() {
        return terms()
      },
    }
    this.#counts = counts
    this.#sendQueues = new SendQueues(tools.clock)
    this.#listeners = new Listeners(tools.clock, place => counts.ofListener(place))
  }

  /** Sessions and clients that it has now. */
  get occupied(): number {
    return [...this.#paths.values()].reduce((sum, path) => sum + path.occupied, 0)
  }

  /**
   * Makes ready for a configuration: binds the listeners that are not there yet, or none of them, and rejects with a
   * BindError. {@link commit} or {@link rollback} comes next. Publish the first snapshot of each new service before.
   *
   * @param sharing of the listeners that are bound now
   * @param ports of listeners with port 0 that are bound elsewhere
   */
  async prepare(services: readonly Service[], sharing: Sharing, ports: Ports = new Map()): Promise<Bound> {
    const next = new Map(services.map(service => [service.name, { service, path: this.#pathFor(service) }]))
    this.#next = next
    const pathOf = (service: string): ServicePath => {
      const path = next.get(service)?.path
      if (path === undefined) throw new Error(`no service ${service}`)
      return path
    }
    return this.#listeners.prepare(place(services, pathOf), ports, sharing)
  }

  /**
   * What was prepared holds from now on; without a preparation nothing changes. Clients of what is no longer configured
   * keep their sessions.
   */
  commit(terms: Terms): void {
    const next = this.#next
    if (next === undefined) return
    this.#terms = terms
    this.#next = undefined
    for (const [name, { service, path }] of next) {
      this.#paths.set(name, path)
      path.reconfigure(service)
    }
    this.#listeners.commit()
    for (const [name, path] of this.#paths) if (!next.has(name)) path.close()
    if (this.#isClosed) this.close()
  }

  /** What was prepared is given up; all is as before. */
  rollback(): void {
    this.#listeners.rollback()
    // Its first clients may have been quicker than the decision.
    for (const [name, { path }] of this.#next ?? []) if (!this.#paths.has(name)) path.abort('shutdown')
    this.#next = undefined
    for (const name of this.#snapshots.keys()) if (!this.#paths.has(name)) this.#snapshots.delete(name)
  }

  publish(service: string, snapshot: Snapshot): void {
    this.#snapshots.set(service, snapshot)
    this.#paths.get(service)?.publish(snapshot)
    this.#next?.get(service)?.path.publish(snapshot)
  }

  /** A service that was removed has no session any more. */
  forget(service: string): void {
    const path = this.#paths.get(service)
    if (path !== undefined && path.occupied > 0) {
      // Somebody is on the way out.
      void path.drain().then(() => this.forget(service))
      return
    }
    if (this.#next?.has(service) === true || path?.stopping === false) return
    this.#paths.delete(service)
    this.#snapshots.delete(service)
  }

  /** Takes no new client. The sockets of UDP stay open, since replies leave by them. */
  close(): void {
    this.#isClosed = true
    this.#listeners.closeTcp()
    for (const path of this.#paths.values()) path.close()
  }

  /** Closes, and resolves when the last session ended, or `grace` later when the rest was reset. */
  async stop(grace: Millis): Promise<void> {
    this.close()
    const timer = this.#tools.clock.after(grace, () => this.abort('shutdown'))
    await this.#drain()
    timer.cancel()
    this.#end()
  }

  /** Ends at once what a bug may have left in any state: resolves when all is closed that still can be. */
  async fail(): Promise<void> {
    this.close()
    for (const path of this.#paths.values()) path.abortEach('worker-failed')
    this.#listeners.closeAll()
    await this.#drain()
  }

  /** Resets every session. */
  abort(reason: EndReason): void {
    for (const path of this.#paths.values()) path.abort(reason)
  }

  /** Gives up before anything was committed: nothing stays bound. */
  abandon(): void {
    this.rollback()
    this.close()
    this.#end()
  }

  /** Binds the sockets of UDP anew: see the order of PortOrder. */
  async rebindUdp(): Promise<void> {
    await this.#listeners.rebindUdp()
  }

  /** Which backend a client would be given; undefined for a service that is not there. */
  explain(service: string, client: Client): Explanation | undefined {
    return this.#paths.get(service)?.balancer.explain(client)
  }

  /** Sessions of a backend, connects under way included. */
  held(service: string, backend: BackendName): number {
    return this.#paths.get(service)?.balancer.held(backend) ?? 0
  }

  /** What was counted so far. */
  counted(): readonly ServiceStats[] {
    return [...this.#paths.values()].map(path => path.counters.stats(path.service.name))
  }

  /** What was counted so far, here and by the kernel. */
  stats(): Promise<readonly ThreadStats[]> {
    return Promise.all(
      this.counted().map(async counted => {
        const drops = this.#paths.get(counted.service)?.kernelDrops
        const kernelDrops = await drops?.find(this.#listeners.udpOf(counted.service))
        return { counted, kernelDrops: kernelDrops ?? new Map() }
      }),
    )
  }

  /** The path of a service; a new one knows the service's snapshot before it has a client. */
  #pathFor(service: Service): ServicePath {
    const known = this.#paths.get(service.name)
    if (known !== undefined) return known
    const path = new ServicePath(service, this.#tools, this.#sendQueues, this.#counts.ofService(service.name))
    const snapshot = this.#snapshots.get(service.name)
    if (snapshot !== undefined) path.publish(snapshot)
    return path
  }

  async #drain(): Promise<void> {
    await Promise.all([...this.#paths.values()].map(path => path.drain()))
  }

  #end(): void {
    this.#listeners.closeAll()
    this.#sendQueues.stop()
  }
}
