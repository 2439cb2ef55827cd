import type { Clock, Millis, Timer } from '../../clock.js'
import type { Count } from '../../core/count.js'
import type { ListeningFact } from '../../core/observer.js'
import { placesOf, type Listener, type Service } from '../../core/service.js'
import type { ServicePath } from './service-path.js'
import type { Sharing } from './sharing.js'
import { TcpListener } from './tcp-listener.js'
import type { SocketSource } from './udp-kernel-drops.js'
import { UdpListeners } from './udp-listeners.js'

/** How often listeners that are no longer configured are looked at, whether their last session is over. */
const LOOK: Millis = 500

/** A listener of a configuration, and the service that it gives its clients to. */
export interface Placed {
  readonly place: string
  readonly listener: Listener
  readonly path: ServicePath
}

/** The listeners of some services, in their order. */
export function place(
  services: readonly Service[],
  pathOf: (service: string) => ServicePath,
): readonly Placed[] {
  return services.flatMap(service =>
    placesOf(service).flatMap((place, index) => {
      const listener = service.listeners[index]
      return listener === undefined ? [] : [{ place, listener, path: pathOf(service.name) }]
    }),
  )
}

/** The ports that listeners have, by place: what those with port 0 need to know. */
export type Ports = ReadonlyMap<string, number>

/** Where the listeners of a configuration are bound, in their order. */
export interface Bound {
  readonly ports: Ports
  readonly facts: readonly ListeningFact[]
}

/** What is open for one listener. */
interface Open {
  /** The service that new clients are given to. */
  readonly service: string
  /** Where it is bound; undefined before it is. */
  readonly fact: ListeningFact | undefined
  /** Binds; rejects with a BindError. Once. */
  start(): Promise<void>
  /** Serves a service, the same as before or another, as it is configured now; `url` may be another name of its place. */
  serve(path: ServicePath, url: string): void
  /** Takes no new client. Returns whether all is over and closed; else it is to be called again later. */
  retire(): boolean
  /** Closes what is open. Harmless when repeated. */
  close(): void
  /** The same, and sessions that cannot go on without it end. */
  abandon(): void
}

/**
 * The listeners of a thread, by the place where they are: one that stays there keeps its sockets, whatever changes around
 * it. Those of the next configuration are opened first; then it is decided whether that holds.
 */
export class Listeners {
  readonly #clock: Clock
  readonly #countOf: (place: string) => Count
  readonly #open = new Map<string, Open>()
  /** Those that are no longer configured and have sessions that need them. */
  readonly #retired = new Map<string, Open>()
  #next: { readonly placed: readonly Placed[]; readonly opened: ReadonlyMap<string, Open> } | undefined
  #look: Timer | undefined

  /** @param countOf the sessions of the UDP listener at a place */
  constructor(clock: Clock, countOf: (place: string) => Count) {
    this.#clock = clock
    this.#countOf = countOf
  }

  /** What has UDP sockets for a service. */
  udpOf(service: string): readonly SocketSource[] {
    return this.#udp().filter(listeners => listeners.service === service)
  }

  /**
   * Opens what is not open yet; rejects with a BindError, and then all is as before. Otherwise {@link commit} or
   * {@link rollback} comes next.
   */
  async prepare(placed: readonly Placed[], ports: Ports, sharing: Sharing): Promise<Bound> {
    this.rollback()
    const opened = new Map<string, Open>()
    this.#next = { placed, opened }
    try {
      for (const { place, listener, path } of placed) {
        if (this.#open.has(place) || this.#retired.has(place)) continue
        const open = this.#create(place, path, withPort(listener, ports.get(place)), sharing)
        opened.set(place, open)
        await open.start()
        if (this.#next?.opened === opened) continue
        // It was given up meanwhile, and nobody waits for it any more.
        open.abandon()
        return { ports: new Map(), facts: [] }
      }
    } catch (error) {
      if (this.#next?.opened === opened) this.rollback()
      throw error
    }
    return this.#bound(placed, opened)
  }

  /** The configuration that was prepared holds from now on; what is not in it takes no new client. */
  commit(): void {
    if (this.#next === undefined) return
    const { placed, opened } = this.#next
    this.#next = undefined
    const before = new Map([...this.#retired, ...this.#open, ...opened])
    this.#open.clear()
    this.#retired.clear()
    for (const { place, listener, path } of placed) {
      const open = before.get(place)
      if (open === undefined || !before.delete(place)) continue
      this.#open.set(place, open)
      open.serve(path, listener.url)
    }
    for (const [place, open] of before) if (!open.retire()) this.#retired.set(place, open)
    this.#lookLater()
  }

  /** Closes what was prepared. */
  rollback(): void {
    for (const open of this.#next?.opened.values() ?? []) open.abandon()
    this.#next = undefined
  }

  /** Takes no new TCP client. The sockets of UDP stay open, since replies leave by them. */
  closeTcp(): void {
    for (const open of this.#all()) if (open instanceof TcpListener) open.close()
  }

  /** Closes the sockets of UDP as well. */
  closeAll(): void {
    this.#look?.cancel()
    for (const open of this.#all()) open.close()
  }

  /** Binds the sockets of UDP anew: see the order of PortOrder. */
  async rebindUdp(): Promise<void> {
    for (const listeners of this.#udp()) await listeners.rebind()
  }

  #create(place: string, path: ServicePath, listener: Listener, sharing: Sharing): Open {
    return listener.protocol === 'udp'
      ? new UdpListeners(path, listener, this.#isOurs, sharing, this.#countOf(place))
      : new TcpListener(path, listener, sharing)
  }

  readonly #isOurs = (address: string, port: number): boolean =>
    this.#udp().some(listeners => listeners.owns(address, port))

  #udp(): readonly UdpListeners[] {
    return this.#all().filter(open => open instanceof UdpListeners)
  }

  #all(): readonly Open[] {
    return [...this.#open.values(), ...this.#retired.values(), ...(this.#next?.opened.values() ?? [])]
  }

  #bound(placed: readonly Placed[], opened: ReadonlyMap<string, Open>): Bound {
    const ports = new Map<string, number>()
    const facts: ListeningFact[] = []
    for (const { place, listener, path } of placed) {
      const fact = (opened.get(place) ?? this.#open.get(place) ?? this.#retired.get(place))?.fact
      if (fact === undefined) continue
      facts.push({ ...fact, service: path.service.name, listener: listener.url })
      if (fact.port !== undefined) ports.set(place, fact.port)
    }
    return { ports, facts }
  }

  #lookLater(): void {
    this.#look?.cancel()
    this.#look = undefined
    if (this.#retired.size === 0) return
    this.#look = this.#clock.after(LOOK, () => {
      for (const [place, open] of this.#retired) if (open.retire()) this.#retired.delete(place)
      this.#lookLater()
    })
  }
}

function withPort(listener: Listener, port: number | undefined): Listener {
  return listener.protocol === 'unix' || port === undefined ? listener : { ...listener, port }
}
