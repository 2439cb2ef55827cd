import type { Millis } from '../../clock.js'
import type { EndReason } from '../../core/outcome.js'
import type { ListeningFact } from '../../core/observer.js'
import type { Service } from '../../core/service.js'
import type { Snapshot } from '../../core/snapshot.js'
import type { ServiceStats } from '../../core/stats.js'
import { SendQueues } from './send-queues.js'
import { ServicePath, type DataPathTools, type ServiceCounts } from './service-path.js'
import type { Sharing } from './sharing.js'
import { TcpListener } from './tcp-listener.js'
import type { SocketDrops } from './udp-kernel-drops.js'
import { UdpListeners, type UdpListenerConfig } from './udp-listeners.js'

/** What one thread has counted of a service since it started. */
export interface ThreadStats {
  readonly counted: ServiceStats
  /** Datagrams that the kernel dropped before any listener of the service could read them. */
  readonly kernelDrops: SocketDrops
}

/** Where a thread stands among those of its data path. */
export interface Placement {
  readonly sharing: Sharing
  readonly countsOf: (service: string) => ServiceCounts
}

/** Moves bytes with net and dgram sockets, in the thread that it is created in. */
export class DataThread {
  readonly #tools: DataPathTools
  readonly #sharing: Sharing
  readonly #sendQueues: SendQueues
  readonly #paths: ReadonlyMap<string, ServicePath>
  readonly #tcp: TcpListener[] = []
  readonly #udp: { readonly service: string; readonly listeners: UdpListeners }[] = []

  constructor(services: readonly Service[], tools: DataPathTools, { sharing, countsOf }: Placement) {
    this.#tools = tools
    this.#sharing = sharing
    this.#sendQueues = new SendQueues(tools.clock)
    this.#paths = new Map(
      services.map(service => [
        service.name,
        new ServicePath(service, tools, this.#sendQueues, countsOf(service.name)),
      ]),
    )
  }

  /** Sessions and clients that it has now. */
  get occupied(): number {
    return [...this.#paths.values()].reduce((sum, path) => sum + path.occupied, 0)
  }

  /** Binds every listener or none; rejects with a BindError. Publish each service's first snapshot before. */
  async start(): Promise<readonly ListeningFact[]> {
    const facts: ListeningFact[] = []
    try {
      for (const path of this.#paths.values()) {
        for (const listener of path.service.listeners) {
          facts.push(
            await (listener.protocol === 'udp'
              ? this.#openUdp(path, listener)
              : this.#openTcp(path, listener)),
          )
        }
      }
    } catch (error) {
      this.#closeTcp()
      this.abort('shutdown')
      this.#closeUdp()
      this.#sendQueues.stop()
      throw error
    }
    return facts
  }

  publish(service: string, snapshot: Snapshot): void {
    this.#paths.get(service)?.publish(snapshot)
  }

  /** Takes no new client. The sockets of UDP stay open, since replies leave by them. */
  close(): void {
    this.#closeTcp()
    for (const path of this.#paths.values()) path.close()
  }

  /** Closes, and resolves when the last session ended, or `grace` later when the rest was reset. */
  async stop(grace: Millis): Promise<void> {
    this.close()
    const timer = this.#tools.clock.after(grace, () => this.abort('shutdown'))
    await this.#drain()
    timer.cancel()
    this.#closeUdp()
    this.#sendQueues.stop()
  }

  /** Ends at once what a bug may have left in any state: resolves when all is closed that still can be. */
  async fail(): Promise<void> {
    this.close()
    for (const path of this.#paths.values()) path.abortEach('worker-failed')
    this.#closeUdp()
    await this.#drain()
  }

  /** Resets every session. */
  abort(reason: EndReason): void {
    for (const path of this.#paths.values()) path.abort(reason)
  }

  /** Binds the sockets of UDP anew: see the order of {@link PortOrder}. */
  async rebindUdp(): Promise<void> {
    for (const { listeners } of this.#udp) await listeners.rebind()
  }

  /** What was counted so far. */
  counted(): readonly ServiceStats[] {
    return [...this.#paths.values()].map(path => path.counters.stats(path.service.name))
  }

  /** What was counted so far, here and by the kernel. */
  stats(): Promise<readonly ThreadStats[]> {
    return Promise.all(
      this.counted().map(async counted => {
        const mine = this.#udp.filter(({ service }) => service === counted.service)
        const drops = this.#paths.get(counted.service)?.kernelDrops
        const kernelDrops = await drops?.find(mine.map(({ listeners }) => listeners))
        return { counted, kernelDrops: kernelDrops ?? new Map() }
      }),
    )
  }

  async #drain(): Promise<void> {
    await Promise.all([...this.#paths.values()].map(path => path.drain()))
  }

  #openTcp(path: ServicePath, listener: Service['listeners'][number]): Promise<ListeningFact> {
    const tcp = new TcpListener(path, listener, this.#sharing)
    this.#tcp.push(tcp)
    return tcp.start()
  }

  #openUdp(path: ServicePath, listener: UdpListenerConfig): Promise<ListeningFact> {
    const listeners = new UdpListeners(path, listener, this.#isOurs, this.#sharing)
    this.#udp.push({ service: path.service.name, listeners })
    return listeners.start()
  }

  readonly #isOurs = (address: string, port: number): boolean =>
    this.#udp.some(({ listeners }) => listeners.owns(address, port))

  #closeTcp(): void {
    for (const listener of this.#tcp) listener.stop()
  }

  #closeUdp(): void {
    for (const { listeners } of this.#udp) listeners.close()
  }
}
