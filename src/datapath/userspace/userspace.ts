import type { Millis } from '../../clock.js'
import type { ListeningFact } from '../../core/observer.js'
import type { Service } from '../../core/service.js'
import type { Snapshot } from '../../core/snapshot.js'
import type { ServiceStats } from '../../core/stats.js'
import type { DataPath } from '../datapath.js'
import { SendQueues } from './send-queues.js'
import { ServicePath, type DataPathTools } from './service-path.js'
import { TcpListener } from './tcp-listener.js'
import { UdpListeners, type UdpListenerConfig } from './udp-listeners.js'

/** Moves bytes with net and dgram sockets, in the thread that it is created in. */
export class UserspaceDataPath implements DataPath {
  readonly #tools: DataPathTools
  readonly #sendQueues: SendQueues
  readonly #paths: ReadonlyMap<string, ServicePath>
  readonly #tcp: TcpListener[] = []
  readonly #udp: { readonly service: string; readonly listeners: UdpListeners }[] = []

  constructor(services: readonly Service[], tools: DataPathTools) {
    this.#tools = tools
    this.#sendQueues = new SendQueues(tools.clock)
    this.#paths = new Map(
      services.map(service => [service.name, new ServicePath(service, tools, this.#sendQueues)]),
    )
  }

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
      this.abort()
      this.#closeUdp()
      this.#sendQueues.stop()
      throw error
    }
    return facts
  }

  publish(service: string, snapshot: Snapshot): void {
    this.#paths.get(service)?.publish(snapshot)
  }

  async stop(grace: Millis): Promise<void> {
    this.#closeTcp()
    const timer = this.#tools.clock.after(grace, () => this.abort())
    await Promise.all([...this.#paths.values()].map(path => path.drain()))
    timer.cancel()
    this.#closeUdp()
    this.#sendQueues.stop()
  }

  abort(): void {
    for (const path of this.#paths.values()) path.abort()
  }

  async stats(): Promise<readonly ServiceStats[]> {
    return Promise.all(
      [...this.#paths.values()].map(async path => {
        const mine = this.#udp.filter(({ service }) => service === path.service.name)
        const drops = await path.kernelDrops.count(mine.map(({ listeners }) => listeners))
        return path.counters.stats(path.service.name, drops)
      }),
    )
  }

  #openTcp(path: ServicePath, listener: Service['listeners'][number]): Promise<ListeningFact> {
    const tcp = new TcpListener(path, listener)
    this.#tcp.push(tcp)
    return tcp.start()
  }

  #openUdp(path: ServicePath, listener: UdpListenerConfig): Promise<ListeningFact> {
    const listeners = new UdpListeners(path, listener, this.#isOurs)
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
