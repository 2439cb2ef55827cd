import type { Millis } from '../../clock.js'
import { plainAddress } from '../../core/address.js'
import { formatHostPort, type BackendName } from '../../core/backend.js'
import type { Lease } from '../../core/lease.js'
import type { EndReason, Refusal } from '../../core/outcome.js'
import type { Client } from '../../core/strategy/strategy.js'
import type { SocketOwner, StreamSocket } from '../../sockets/stream-socket.js'
import type { Deadlines } from './deadlines.js'
import { Dial, type Dialler } from './dial.js'
import type { Parked, Retried } from './parking.js'
import type { ServicePath, Session } from './service-path.js'
import { TcpRelay, type Arrived } from './tcp-relay.js'

/** How long a parked client leaves a backend alone that just failed it: at first, and after some failures. */
const FIRST_PAUSE: Millis = 200
const LONGEST_PAUSE: Millis = 1600

/**
 * A client that was accepted and has no backend yet. Nothing is read from it, so trying another backend loses and
 * repeats nothing. It becomes a relay, or is refused; either way its place is given back once.
 */
export class TcpArrival implements Arrived, Client, Dialler, SocketOwner, Parked, Session {
  readonly socket: StreamSocket
  readonly acceptedAt: Millis
  attempts = 0
  readonly #path: ServicePath
  readonly #deadlines: Deadlines
  /** Backends that failed it; undefined as long as none did. */
  #tried: Set<BackendName> | undefined
  #triedAt: Millis = 0
  #pause = FIRST_PAUSE
  #dial: Dial | undefined
  #relay: TcpRelay | undefined

  /** @param deadlines of the connects of this service */
  constructor(path: ServicePath, socket: StreamSocket, deadlines: Deadlines) {
    this.socket = socket
    this.#path = path
    this.#deadlines = deadlines
    this.acceptedAt = path.tools.clock.now()
  }

  /** Asking costs a system call, so only who needs it asks. */
  get address(): string {
    return plainAddress(this.socket.remote?.address ?? '')
  }

  get port(): number {
    return this.socket.remote?.port ?? 0
  }

  get from(): string {
    return fromOf(this.socket)
  }

  get deadline(): Millis {
    return this.acceptedAt + this.#path.service.hold
  }

  /** Takes a place and looks for a backend. */
  open(): void {
    this.#path.enter('tcp', this)
    this.socket.owner = this
    this.#next(this.acceptedAt)
  }

  retry(): Retried {
    const now = this.#path.tools.clock.now()
    if (now - this.#triedAt >= this.#pause) this.#tried = undefined
    const lease = this.#path.balancer.acquire(this, this.#tried)
    if (lease === undefined) return this.#tried === undefined ? 'none' : 'waits'
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE)
    this.#connect(lease, now)
    return 'served'
  }

  /** It is not read from, so it does not tell that it broke. */
  check(): void {
    this.socket.check()
  }

  expire(): void {
    if (this.#path.stopping) this.#refuse('shutdown')
    else this.#refuse(this.attempts > 0 ? 'connect-failed' : 'no-backend')
  }

  abort(reason: EndReason): void {
    if (this.#relay !== undefined) this.#relay.abort(reason)
    else this.#refuse('shutdown')
  }

  connected({ lease, socket }: Dial, now: Millis): void {
    this.#dial = undefined
    this.#path.counters.connected(now - this.acceptedAt)
    this.#relay = new TcpRelay(this.#path, this, socket, lease, now)
    this.#relay.open()
  }

  failed({ lease, startedAt }: Dial): void {
    this.#dial = undefined
    this.#tried ??= new Set()
    this.#tried.add(lease.backend.name)
    this.#triedAt = startedAt
    if (!this.socket.isGone) this.#next(this.#path.tools.clock.now())
  }

  left(): void {
    this.#path.leave('tcp', this)
  }

  /** The client broke before it had a backend. */
  onError(): void {
    this.#forsake()
  }

  onClose(): void {
    this.#forsake()
    this.#path.parking.leave(this)
    this.left()
  }

  #next(now: Millis): void {
    const { connectAttempts } = this.#path.service
    const lease = this.attempts < connectAttempts ? this.#path.balancer.acquire(this, this.#tried) : undefined
    if (lease !== undefined) this.#connect(lease, now)
    else if (this.deadline > now && !this.#path.stopping) this.#path.parking.park(this)
    else this.expire()
  }

  #connect(lease: Lease, now: Millis): void {
    this.attempts++
    this.#dial = new Dial(this.#path, lease, this.#deadlines, this, now)
  }

  #refuse(reason: Refusal): void {
    this.#path.refused('tcp', reason, this.from)
    this.#forsake()
    this.socket.reset()
  }

  #forsake(): void {
    this.#dial?.cancel()
    this.#dial = undefined
  }
}

/** A client as logs show it. */
export function fromOf(socket: StreamSocket): string {
  if (socket.isUnix) return 'unix'
  const { address, port } = socket.remote ?? { address: '', port: 0 }
  return formatHostPort(plainAddress(address), port)
}
