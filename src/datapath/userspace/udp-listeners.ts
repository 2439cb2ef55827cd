import { LocalCount, type Count } from '../../core/count.js'
import type { Millis, Timer } from '../../clock.js'
import type { ListeningFact } from '../../core/observer.js'
import type { Listener } from '../../core/service.js'
import { codeOf } from '../binding.js'
import { BindError } from '../datapath.js'
import type { ServicePath } from './service-path.js'
import { followsInterfaces, udpAddresses } from './udp-addresses.js'
import type { Sharing } from './sharing.js'
import type { BoundSocket, SocketSource } from './udp-kernel-drops.js'
import { UdpListener, type IsOurs } from './udp-listener.js'

/** How often the machine's addresses are looked at again for a wildcard. */
const RESCAN: Millis = 5000
/** Free ports that are tried for a wildcard with port 0: one must be free on every address. */
const PORT_TRIES = 20

export type UdpListenerConfig = Extract<Listener, { protocol: 'tcp' | 'udp' }>

/** The sockets of one configured UDP listener: one, or one for each address of the machine. */
export class UdpListeners implements SocketSource {
  #path: ServicePath
  #listener: UdpListenerConfig
  readonly #isOurs: IsOurs
  readonly #sharing: Sharing
  /** Its sessions, in all threads. */
  readonly #count: Count
  readonly #bound = new Map<string, UdpListener>()
  /** Addresses that cannot be bound, which is told once. */
  readonly #failed = new Set<string>()
  #port = 0
  #rescan: Timer | undefined
  #isRetired = false
  #isClosed = false

  /** @param count of its sessions, which all threads that share its place share */
  constructor(
    path: ServicePath,
    listener: UdpListenerConfig,
    isOurs: IsOurs,
    sharing: Sharing,
    count: Count = new LocalCount(),
  ) {
    this.#count = count
    this.#path = path
    this.#listener = listener
    this.#isOurs = isOurs
    this.#sharing = sharing
  }

  /** Its own sockets and those of its sessions. */
  *sockets(): Iterable<BoundSocket> {
    for (const listener of this.#bound.values()) {
      yield listener
      yield* listener.sessions
    }
  }

  /** Whether one of its own sockets is bound to this address. */
  owns(address: string, port: number): boolean {
    if (port !== this.#port) return false
    return [...this.#bound.values()].some(listener => listener.address === address)
  }

  get service(): string {
    return this.#path.service.name
  }

  get fact(): ListeningFact {
    const { host, url } = this.#listener
    return { service: this.service, listener: url, address: host, port: this.#port }
  }

  /** Binds every address or none; rejects with a BindError. */
  async start(): Promise<void> {
    const { host, port, url } = this.#listener
    try {
      this.#port = await this.#bindAll(port)
    } catch (error) {
      this.close()
      throw new BindError(url, codeOf(error), { cause: error })
    }
    if (followsInterfaces(host)) this.#rescan = this.#path.tools.clock.after(RESCAN, this.#follow)
  }

  serve(path: ServicePath, url: string): void {
    this.#isRetired = false
    this.#path = path
    this.#listener = { ...this.#listener, url }
    for (const each of this.#bound.values()) each.serve(path)
  }

  /** Replies leave by its sockets, so they stay open as long as there are sessions. */
  retire(): boolean {
    if (!this.#isRetired) for (const listener of this.#bound.values()) listener.retire()
    this.#isRetired = true
    // Which of the sockets at a shared port gets a client's datagrams depends on how many there are.
    if (this.#count.value > 0) return false
    this.close()
    return true
  }

  /** Ends its sessions, and closes every socket. */
  abandon(): void {
    for (const listener of this.#bound.values()) listener.abandon()
    this.close()
  }

  /** Binds every socket anew, as if it came last of those that share its port. One that cannot be bound is closed. */
  async rebind(): Promise<void> {
    for (const [address, listener] of this.#bound) {
      try {
        await listener.rebind()
      } catch (error) {
        listener.abandon()
        this.#bound.delete(address)
        this.#warn(address, error)
      }
    }
  }

  /** Closes every socket. */
  close(): void {
    this.#isClosed = true
    this.#rescan?.cancel()
    this.#unbindAll()
  }

  async #bindAll(wanted: number): Promise<number> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#bindEach(wanted)
      } catch (error) {
        this.#unbindAll()
        if (wanted !== 0 || codeOf(error) !== 'EADDRINUSE' || tries === PORT_TRIES) throw error
      }
    }
  }

  /** For a wildcard, an address that is not usable yet is left to the next look at the machine's addresses. */
  async #bindEach(wanted: number): Promise<number> {
    const { host } = this.#listener
    let port = wanted
    let failure: unknown
    for (const address of udpAddresses(host)) {
      try {
        port = await this.#bind(address, port, this.#sharing === 'founds')
      } catch (error) {
        if (!followsInterfaces(host) || codeOf(error) !== 'EADDRNOTAVAIL') throw error
        failure = error
      }
    }
    if (this.#bound.size === 0 && failure !== undefined) throw failure
    return port
  }

  async #bind(address: string, port: number, claims: boolean): Promise<number> {
    const wanted = claims ? await this.#claim(address, port) : port
    const listener = await this.#open(address, wanted, this.#sharing !== 'alone')
    const bound = listener.port
    if (this.#isRetired) listener.retire()
    if (this.#isClosed) listener.close()
    else this.#bound.set(address, listener)
    return bound
  }

  /** Makes sure that nobody else has the port, which a shared one would not show. */
  async #claim(address: string, port: number): Promise<number> {
    const claim = await this.#open(address, port, false)
    const claimed = claim.port
    claim.close()
    return claimed
  }

  async #open(address: string, port: number, isShared: boolean): Promise<UdpListener> {
    const listener = new UdpListener(this.#path, address, this.#isOurs, isShared, this.#count)
    try {
      await listener.start(port)
    } catch (error) {
      listener.close()
      throw error
    }
    return listener
  }

  #unbindAll(): void {
    for (const listener of this.#bound.values()) listener.close()
    this.#bound.clear()
  }

  /** Addresses come and go, as a virtual one does at a failover: each gets its socket, or loses it. */
  readonly #follow = (): void => {
    const current = new Set(udpAddresses(this.#listener.host))
    for (const [address, listener] of this.#bound) {
      if (current.has(address)) continue
      listener.abandon()
      this.#bound.delete(address)
    }
    for (const address of current) if (!this.#bound.has(address)) void this.#bindLate(address)
    this.#rescan = this.#path.tools.clock.after(RESCAN, this.#follow)
  }

  async #bindLate(address: string): Promise<void> {
    try {
      // Another thread may have bound it already.
      await this.#bind(address, this.#port, false)
      this.#failed.delete(address)
    } catch (error) {
      if (this.#failed.has(address)) return
      this.#failed.add(address)
      this.#warn(address, error)
    }
  }

  #warn(address: string, error: unknown): void {
    this.#path.tools.observer.warning(`cannot listen on the address ${address}: ${codeOf(error)}`, {
      address,
    })
  }
}
