import type { Millis } from '../../clock.js'
import type { Lease } from '../../core/lease.js'
import type { EndReason } from '../../core/outcome.js'
import type { RevokeReason } from '../../core/snapshot.js'
import type { StreamSocket } from '../../sockets/stream-socket.js'
import type { SessionCounters } from './counters.js'
import type { ServicePath, Session } from './service-path.js'
import type { Sweepable, Sweeper } from './sweeper.js'
import { TcpSide, type Relay } from './tcp-side.js'

/** Looks at what is left to a silent session, in the time of its timeout. */
const LOOKS = 8

/** A client that has a backend now. */
export interface Arrived {
  readonly socket: StreamSocket
  /** The client as logs show it; known while its socket is open, and later if it was asked for before. */
  readonly from: string
  readonly acceptedAt: Millis
  /** How often a backend was dialled. */
  readonly attempts: number
  /** Its place is free: called once, when all is over. */
  left(): void
}

/**
 * Moves bytes between a client and its backend until both have ended. An end passes through as an end, an abort as an
 * abort; what was received before either is delivered before it. Owns both sockets and the lease, which it releases
 * when both descriptors are free.
 */
export class TcpRelay implements Session, Sweepable, Relay {
  readonly #path: ServicePath
  readonly #arrived: Arrived
  readonly #lease: Lease
  readonly #connectedAt: Millis
  readonly #counters: SessionCounters
  readonly #client: TcpSide
  readonly #backend: TcpSide
  readonly #sweeper: Sweeper
  /** The time of the sweep before the last byte, which came at most an interval later: timeouts allow for that. */
  #lastActive: Millis
  #open = 2
  /** Why it ends; set by what happens first. */
  #reason: EndReason | undefined
  #isAborted = false
  /** Bytes left to both sides, and how many had been moved in all, when that was looked at last. */
  #seen = { left: 0, moved: -1 }
  #isAsking = false

  constructor(path: ServicePath, arrived: Arrived, backend: StreamSocket, lease: Lease, now: Millis) {
    this.#path = path
    this.#arrived = arrived
    this.#lease = lease
    this.#connectedAt = now
    this.#counters = path.counters.backend(lease.backend.name).sessions.tcp
    this.#sweeper = path.sweepers.tcp
    this.#lastActive = this.#sweeper.sweptAt
    this.#client = new TcpSide(this, arrived.socket, 'client')
    this.#backend = new TcpSide(this, backend, 'backend')
    this.#client.peer = this.#backend
    this.#backend.peer = this.#client
  }

  /** Starts to move bytes. */
  open(): void {
    this.#counters.opened()
    // Afterwards the system does not know it any more.
    if (this.#path.tools.terms.accessLog) void this.#arrived.from
    this.#sweeper.add(this)
    this.#lastActive = this.#sweeper.sweptAt
    this.#lease.onRevoked = (reason: RevokeReason) => this.#revoke(reason)
    this.#backend.socket.owner = this.#backend
    this.#client.socket.owner = this.#client
    this.#backend.socket.resume()
    this.#client.socket.resume()
  }

  abort(reason: EndReason): void {
    this.#isAborted = true
    this.#reason ??= reason
    this.#client.socket.reset()
    this.#backend.socket.reset()
  }

  sweep(now: Millis): void {
    if (this.#isAborted) return
    const { reason, timeout } = this.#limit()
    const silent = this.#silence(now)
    const isDelivered = this.#seen.left === 0 && this.#seen.moved === this.#moved
    if (silent >= timeout && isDelivered) this.#expire(reason)
    else {
      if (silent >= timeout / LOOKS && !isDelivered) this.#look(silent < timeout ? timeout / LOOKS : 0)
      this.#client.check()
      this.#backend.check()
    }
  }

  moved(from: TcpSide, bytes: number): void {
    this.#lastActive = this.#sweeper.sweptAt
    if (from === this.#client) this.#counters.bytesToBackend += bytes
    else this.#counters.bytesToClient += bytes
  }

  ended(side: TcpSide): void {
    if (this.#isAborted) return
    this.#lastActive = this.#sweeper.sweptAt
    this.#reason ??= `${side.role}-closed`
    side.peer.finish()
  }

  broke(side: TcpSide): void {
    if (this.#isAborted) return
    this.#isAborted = true
    this.#reason = `${side.role}-aborted`
    this.#resetGently(side.peer)
  }

  closed(): void {
    this.#open--
    if (this.#open > 0) return
    const { clock } = this.#path.tools
    const reason = this.#reason ?? 'client-aborted'
    this.#sweeper.remove(this)
    this.#counters.ended(reason)
    const durationMs = clock.now() - this.#arrived.acceptedAt
    this.#path.counters.lasted('tcp', durationMs)
    this.#path.release(this.#lease)
    this.#arrived.left()
    if (this.#path.tools.terms.accessLog) this.#tell(reason, durationMs)
  }

  /** A backend that has said all it had to say is not mistrusted for it: the client gets the rest. */
  #revoke(reason: RevokeReason): void {
    if (reason === 'killed' || !(this.#backend.ended || this.#isAborted)) this.abort(reason)
  }

  /** Which timeout applies now. */
  #limit(): { readonly reason: EndReason; readonly timeout: Millis } {
    const { idleTimeout, finTimeout } = this.#path.service
    const isHalfClosed = this.#client.ended || this.#backend.ended
    const fin = isHalfClosed ? orNever(finTimeout) : Infinity
    const idle = orNever(idleTimeout)
    return fin <= idle ? { reason: 'fin-timeout', timeout: fin } : { reason: 'idle-timeout', timeout: idle }
  }

  /** Bytes received so far. */
  get #moved(): number {
    return this.#client.moved + this.#backend.moved
  }

  /** A side that takes what was sent to it earlier is active, though nothing is received meanwhile. */
  #look(within: Millis): void {
    if (this.#isAsking) return
    this.#isAsking = true
    const moved = this.#moved
    this.#path.sendQueues.ask([this.#client.socket, this.#backend.socket], within, left => {
      this.#isAsking = false
      if (this.#isAborted || moved !== this.#moved) return
      const before = this.#seen
      this.#seen = { left, moved }
      const isFirst = before.moved !== moved
      if (isFirst ? left > 0 : left !== before.left) this.#lastActive = this.#sweeper.sweptAt
      else if (left > 0) this.#expireWhenDue()
    })
  }

  #expireWhenDue(): void {
    const { reason, timeout } = this.#limit()
    if (this.#silence(this.#sweeper.now()) >= timeout) this.#expire(reason)
  }

  #expire(reason: EndReason): void {
    this.#reason = reason
    this.abort(reason)
  }

  /** How long no byte was received, nor taken: at least this long. */
  #silence(now: Millis): Millis {
    return now - this.#lastActive - this.#sweeper.interval
  }

  #resetGently(side: TcpSide): void {
    side.socket.pause()
    this.#path.resets.reset(side.socket, orNever(this.#path.service.finTimeout))
  }

  #tell(reason: EndReason, durationMs: Millis): void {
    const { from, acceptedAt, attempts } = this.#arrived
    this.#path.tools.observer.session({
      service: this.#path.service.name,
      protocol: 'tcp',
      client: from,
      backend: this.#lease.backend.name,
      reason,
      connectMs: this.#connectedAt - acceptedAt,
      durationMs,
      bytesToBackend: this.#client.moved,
      bytesToClient: this.#backend.moved,
      attempts,
    })
  }
}

/** 0 = never. */
function orNever(timeout: Millis): Millis {
  return timeout > 0 ? timeout : Infinity
}
