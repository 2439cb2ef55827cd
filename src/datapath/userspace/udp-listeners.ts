import type { Clock, Millis, Timer } from '../../clock.js'
import type { ListeningFact } from '../../core/observer.js'
import type { Listener } from '../../core/service.js'
import { BindError } from '../datapath.js'
import type { ServicePath } from './service-path.js'
import { followsInterfaces, udpAddresses } from './udp-addresses.js'
import { UdpListener, type IsOurs } from './udp-listener.js'

/** How often the machine's addresses are looked at again for a wildcard. */
const RESCAN: Millis = 5000
/** Free ports that are tried for a wildcard with port 0: one must be free on every address. */
const PORT_TRIES = 20

export type UdpListenerConfig = Extract<Listener, { protocol: 'tcp' | 'udp' }>

/** The sockets of one configured UDP listener: one, or one for each address of the machine. */
export class UdpListeners {
  readonly #path: ServicePath
  readonly #listener: UdpListenerConfig
  readonly #isOurs: IsOurs
  readonly #bound = new Map<string, UdpListener>()
  readonly #clock: Clock
  #port = 0
  #rescan: Timer | undefined

  constructor(path: ServicePath, listener: UdpListenerConfig, isOurs: IsOurs) {
    this.#path = path
    this.#listener = listener
    this.#isOurs = isOurs
    this.#clock = path.tools.clock
  }

  /** 0 before it is bound. */
  get port(): number {
    return this.#port
  }

  /** Whether one of its sockets is bound to this address. */
  owns(address: string, port: number): boolean {
    return port === this.#port && this.#bound.has(address)
  }

  /** Binds every address or none; rejects with a BindError. */
  async start(): Promise<ListeningFact> {
    const { host, port, url } = this.#listener
    try {
      this.#port = await this.#bindAll(port)
    } catch (error) {
      this.close()
      throw new BindError(url, (error as NodeJS.ErrnoException).code ?? String(error), { cause: error })
    }
    if (followsInterfaces(host)) this.#rescan = this.#clock.after(RESCAN, this.#follow)
    return { service: this.#path.service.name, listener: url, address: host, port: this.#port }
  }

  /** Closes every socket. */
  close(): void {
    this.#rescan?.cancel()
    for (const listener of this.#bound.values()) listener.close()
    this.#bound.clear()
  }

  async #bindAll(wanted: number): Promise<number> {
    const addresses = udpAddresses(this.#listener.host)
    for (let tries = 1; ; tries++) {
      try {
        let port = wanted
        for (const address of addresses) port = await this.#bind(address, port)
        return port
      } catch (error) {
        const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
        if (wanted !== 0 || !isTaken || tries === PORT_TRIES) throw error
        for (const listener of this.#bound.values()) listener.close()
        this.#bound.clear()
      }
    }
  }

  async #bind(address: string, port: number): Promise<number> {
    const listener = new UdpListener(this.#path, address, this.#isOurs)
    try {
      await listener.start(port)
    } catch (error) {
      listener.close()
      throw error
    }
    this.#bound.set(address, listener)
    return listener.port
  }

  /** Addresses come and go, as a virtual one does at a failover: each gets its socket, or loses it. */
  readonly #follow = (): void => {
    const current = new Set(udpAddresses(this.#listener.host))
    for (const [address, listener] of this.#bound) {
      if (current.has(address)) continue
      listener.abandon()
      this.#bound.delete(address)
    }
    for (const address of current) {
      if (this.#bound.has(address)) continue
      this.#bind(address, this.#port).catch((error: unknown) => {
        this.#path.tools.observer.warning(`cannot listen on the new address ${address}: ${String(error)}`, {
          address,
        })
      })
    }
    this.#rescan = this.#clock.after(RESCAN, this.#follow)
  }
}
