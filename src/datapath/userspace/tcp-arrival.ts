import type { Millis, Timer } from '../../clock.js'
import type { BackendName } from '../../core/backend.js'
import type { Lease } from '../../core/lease.js'
import { isLocalTrouble } from '../../core/local-trouble.js'
import type { EndReason, Refusal } from '../../core/outcome.js'
import type { Client } from '../../core/strategy/strategy.js'
import type { Parked, Retried } from './parking.js'
import type { ServicePath, Session } from './service-path.js'
import type { SocketOwner, StreamSocket } from './stream-socket.js'
import { streamSockets } from './stream-sockets.js'
import { TcpRelay } from './tcp-relay.js'

/** How long a parked client leaves a backend alone that just failed it: at first, and after some failures. */
const FIRST_PAUSE: Millis = 200
const LONGEST_PAUSE: Millis = 1600

/**
 * A client that was accepted and has no backend yet. Nothing is read from it, so trying another backend loses and
 * repeats nothing. It becomes a relay, or is refused; either way its place is given back once.
 */
export class TcpArrival implements SocketOwner, Parked, Session {
  readonly #path: ServicePath
  readonly #socket: StreamSocket
  readonly #client: Client
  readonly #from: string
  readonly #acceptedAt: Millis
  readonly #tried = new Set<BackendName>()
  #attempts = 0
  #triedAt: Millis = 0
  #pause = FIRST_PAUSE
  #isParked = false
  #dial: Dial | undefined
  #relay: TcpRelay | undefined

  constructor(path: ServicePath, socket: StreamSocket, client: Client, from: string) {
    this.#path = path
    this.#socket = socket
    this.#client = client
    this.#from = from
    this.#acceptedAt = path.tools.clock.now()
  }

  get deadline(): Millis {
    return this.#acceptedAt + this.#path.service.hold
  }

  /** Takes a place and looks for a backend. */
  open(): void {
    this.#path.enter('tcp', this)
    this.#socket.owner = this
    this.#next()
  }

  retry(): Retried {
    if (this.#path.tools.clock.now() - this.#triedAt >= this.#pause) this.#tried.clear()
    const lease = this.#path.balancer.acquire(this.#client, this.#tried)
    if (lease === undefined) return this.#tried.size > 0 ? 'waits' : 'none'
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE)
    this.#connect(lease)
    return 'served'
  }

  /** It is not read from, so only a write tells that it broke: one of nothing does. */
  check(): void {
    this.#socket.check()
  }

  expire(): void {
    if (this.#path.stopping) this.#refuse('shutdown')
    else this.#refuse(this.#attempts > 0 ? 'connect-failed' : 'no-backend')
  }

  abort(reason: EndReason): void {
    if (this.#relay !== undefined) this.#relay.abort(reason)
    else this.#refuse('shutdown')
  }

  /** The client broke before it had a backend. */
  onError(): void {
    this.#forsake()
  }

  onClose(): void {
    this.#forsake()
    this.#path.parking.leave(this)
    this.#path.leave('tcp', this)
  }

  #next(): void {
    const { connectAttempts } = this.#path.service
    const lease =
      this.#attempts < connectAttempts
        ? this.#path.balancer.acquire(this.#client, this.#tried.size > 0 ? this.#tried : undefined)
        : undefined
    if (lease !== undefined) this.#connect(lease)
    else if (this.deadline > this.#path.tools.clock.now() && !this.#path.stopping)
      this.#path.parking.park(this)
    else this.expire()
  }

  #connect(lease: Lease): void {
    this.#attempts++
    this.#triedAt = this.#path.tools.clock.now()
    this.#tried.add(lease.backend.name)
    this.#dial = new Dial(this.#path, lease, {
      connected: socket => {
        this.#dial = undefined
        this.#become(lease, socket)
      },
      failed: () => {
        this.#dial = undefined
        if (!this.#socket.isGone) this.#next()
      },
    })
  }

  #become(lease: Lease, backend: StreamSocket): void {
    const { clock } = this.#path.tools
    const connectMs = clock.now() - this.#acceptedAt
    this.#path.counters.connected(connectMs)
    this.#relay = new TcpRelay(
      this.#path,
      {
        client: this.#socket,
        backend,
        lease,
        from: this.#from,
        acceptedAt: this.#acceptedAt,
        connectMs,
        attempts: this.#attempts,
      },
      () => this.#path.leave('tcp', this),
    )
    this.#relay.open()
  }

  #refuse(reason: Refusal): void {
    this.#path.refused('tcp', reason, this.#from)
    this.#forsake()
    this.#socket.reset()
  }

  #forsake(): void {
    this.#dial?.cancel()
    this.#dial = undefined
  }
}

interface DialOutcome {
  connected(socket: StreamSocket): void
  failed(): void
}

/** One attempt to connect to the backend of a lease. Releases the lease unless it connects. */
class Dial implements SocketOwner {
  readonly #path: ServicePath
  readonly #lease: Lease
  readonly #outcome: DialOutcome
  readonly #socket: StreamSocket
  readonly #timer: Timer
  readonly #startedAt: Millis
  #settled = false

  constructor(path: ServicePath, lease: Lease, outcome: DialOutcome) {
    this.#path = path
    this.#lease = lease
    this.#outcome = outcome
    const { clock } = path.tools
    this.#startedAt = clock.now()
    this.#socket = streamSockets.connect(lease.backend.backend.endpoint, path.service.sendSource, this)
    // One more turn: after a stall the timer comes before the connection that already stands.
    this.#timer = clock.after(path.service.connectTimeout, () => {
      setImmediate(() => this.#fail('ETIMEDOUT'))
    })
    lease.onRevoked = () => this.#fail('ECANCELED')
  }

  /** The client is gone: nobody waits for the outcome. */
  cancel(): void {
    if (!this.#settle()) return
    this.#socket.close()
    this.#path.release(this.#lease)
  }

  onConnect(): void {
    if (!this.#settle()) return
    const { backend } = this.#lease
    backend.measured(this.#path.tools.clock.now() - this.#startedAt)
    this.#path.absolve(backend.name)
    this.#outcome.connected(this.#socket)
  }

  onError(code: string): void {
    this.#fail(code)
  }

  onClose(): void {
    this.#fail('ECONNABORTED')
  }

  #fail(code: string): void {
    if (!this.#settle()) return
    this.#socket.close()
    const { name } = this.#lease.backend
    this.#lease.release()
    this.#path.counters.backend(name).connectFailed(code)
    if (this.#isToBlame(code)) this.#path.blame(name, `connect failed (${code})`)
    this.#outcome.failed()
  }

  /** A unix socket says EAGAIN when its listener's queue is full, which is not our trouble. */
  #isToBlame(code: string): boolean {
    const isUnix = this.#lease.backend.backend.endpoint.kind === 'unix'
    return code !== 'ECANCELED' && (!isLocalTrouble(code) || (isUnix && code === 'EAGAIN'))
  }

  #settle(): boolean {
    if (this.#settled) return false
    this.#settled = true
    this.#timer.cancel()
    this.#lease.onRevoked = undefined
    return true
  }
}
