import type { Millis } from '../../clock.js'
import type { Lease } from '../../core/lease.js'
import { isLocalTrouble } from '../../core/local-trouble.js'
import type { SocketOwner, StreamSocket } from '../../sockets/stream-socket.js'
import { streamSockets } from '../../sockets/stream-sockets.js'
import type { Deadlines, Expiring } from './deadlines.js'
import type { ServicePath } from './service-path.js'

/** Whoever waits for the outcome of a dial, which comes after the constructor has returned, once or never. */
export interface Dialler {
  /** The lease and the socket are its own now. */
  connected(dial: Dial, now: Millis): void
  failed(dial: Dial): void
}

/** One attempt to connect to the backend of a lease. Releases the lease unless it connects. */
export class Dial implements SocketOwner, Expiring {
  readonly lease: Lease
  readonly socket: StreamSocket
  readonly startedAt: Millis
  readonly #path: ServicePath
  readonly #deadlines: Deadlines
  readonly #dialler: Dialler
  #isSettled = false

  /** @param deadlines of the connects of this service */
  constructor(path: ServicePath, lease: Lease, deadlines: Deadlines, dialler: Dialler, now: Millis) {
    this.lease = lease
    this.startedAt = now
    this.#path = path
    this.#deadlines = deadlines
    this.#dialler = dialler
    this.socket = streamSockets.connect(lease.endpoint, path.service.sendSource, this)
    deadlines.add(this)
    lease.onRevoked = () => this.#fail('ECANCELED')
  }

  /** Nobody waits for the outcome any more. */
  cancel(): void {
    if (!this.#settle()) return
    this.socket.close()
    this.#path.release(this.lease)
  }

  expire(): void {
    this.#fail('ETIMEDOUT')
  }

  onConnect(): void {
    if (!this.#settle()) return
    const { backend } = this.lease
    const now = this.#path.tools.clock.now()
    backend.measured(now - this.startedAt)
    this.#path.absolve(this.lease)
    this.#dialler.connected(this, now)
  }

  onError(code: string): void {
    this.#fail(code)
  }

  onClose(): void {
    this.#fail('ECONNABORTED')
  }

  #fail(code: string): void {
    if (!this.#settle()) return
    this.socket.close()
    const { name } = this.lease.backend
    this.lease.release()
    this.#path.counters.backend(name).connectFailed(code)
    if (this.#isToBlame(code)) this.#path.blame(this.lease, `connect failed (${code})`)
    this.#dialler.failed(this)
  }

  /** A unix socket says EAGAIN when its listener's queue is full, which is not our trouble. */
  #isToBlame(code: string): boolean {
    return code !== 'ECANCELED' && (!isLocalTrouble(code) || (this.socket.isUnix && code === 'EAGAIN'))
  }

  #settle(): boolean {
    if (this.#isSettled) return false
    this.#isSettled = true
    this.#deadlines.remove(this)
    this.lease.onRevoked = undefined
    return true
  }
}
