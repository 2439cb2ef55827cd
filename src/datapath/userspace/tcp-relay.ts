import type { Socket } from 'node:net'
import type { Millis } from '../../clock.js'
import type { Lease } from '../../core/lease.js'
import type { EndReason } from '../../core/outcome.js'
import type { RevokeReason } from '../../core/snapshot.js'
import type { SessionCounters } from './counters.js'
import { resetNow } from './reset-queue.js'
import type { ServicePath, Session } from './service-path.js'
import { own, read, type SocketOwner } from './socket-owner.js'
import type { Sweepable, Sweeper } from './sweeper.js'

/** A client with its backend connected, ready to be relayed. */
export interface Connected {
  readonly client: Socket
  readonly backend: Socket
  readonly lease: Lease
  /** The client as logs show it. */
  readonly from: string
  readonly acceptedAt: Millis
  readonly connectMs: Millis
  readonly attempts: number
}

/**
 * Moves bytes between a client and its backend until both have ended. An end passes through as an end, an abort as an
 * abort; what was received before either is delivered before it. Owns both sockets and the lease, which it releases
 * when both descriptors are free.
 */
export class TcpRelay implements Session, Sweepable {
  readonly #path: ServicePath
  readonly #connected: Connected
  readonly #counters: SessionCounters
  readonly #client: Side
  readonly #backend: Side
  readonly #done: () => void
  readonly #sweeper: Sweeper
  /** The time of the sweep before the last byte, which came at most an interval later: timeouts allow for that. */
  #lastActive: Millis
  #open = 2
  /** Why it ends; set by what happens first. */
  #reason: EndReason | undefined
  #aborted = false

  /** @param done called once, when all is over and the place is free */
  constructor(path: ServicePath, connected: Connected, done: () => void) {
    this.#path = path
    this.#connected = connected
    this.#done = done
    this.#counters = path.counters.backend(connected.lease.backend.name).sessions.tcp
    this.#sweeper = path.sweepers.tcp
    this.#lastActive = this.#sweeper.sweptAt
    this.#client = new Side(this, connected.client, 'client')
    this.#backend = new Side(this, connected.backend, 'backend')
    this.#client.peer = this.#backend
    this.#backend.peer = this.#client
  }

  /** Starts to move bytes. */
  open(): void {
    this.#counters.opened()
    this.#sweeper.add(this)
    this.#lastActive = this.#sweeper.sweptAt
    this.#connected.lease.onRevoked = (reason: RevokeReason) => this.abort(reason)
    own(this.#backend.socket, this.#backend)
    own(this.#client.socket, this.#client)
    this.#backend.socket.resume()
    read(this.#client.socket)
  }

  abort(reason: EndReason): void {
    this.#aborted = true
    this.#reason ??= reason
    resetNow(this.#client.socket)
    resetNow(this.#backend.socket)
  }

  sweep(now: Millis): void {
    const silent = now - this.#lastActive - this.#sweeper.interval
    const { idleTimeout, finTimeout } = this.#path.service
    if (this.#isHalfClosed && finTimeout > 0 && silent >= finTimeout) this.#expire('fin-timeout')
    else if (idleTimeout > 0 && silent >= idleTimeout) this.#expire('idle-timeout')
  }

  /** A chunk moved on. */
  moved(from: Side, bytes: number): void {
    this.#lastActive = this.#sweeper.sweptAt
    if (from === this.#client) this.#counters.bytesToBackend += bytes
    else this.#counters.bytesToClient += bytes
  }

  /** One side sends nothing any more. */
  ended(side: Side): void {
    if (this.#aborted) return
    this.#lastActive = this.#sweeper.sweptAt
    this.#reason ??= `${side.role}-closed`
    side.peer.finish()
  }

  /** One side broke: the other is to learn of it once it has what came before. */
  broke(side: Side): void {
    if (this.#aborted) return
    this.#aborted = true
    this.#reason = `${side.role}-aborted`
    side.peer.socket.pause()
    this.#path.resets.reset(side.peer.socket, this.#path.service.finTimeout)
  }

  /** One descriptor is free. */
  closed(): void {
    this.#open--
    if (this.#open > 0) return
    const { clock } = this.#path.tools
    const reason = this.#reason ?? 'client-aborted'
    this.#sweeper.remove(this)
    this.#counters.ended(reason)
    const durationMs = clock.now() - this.#connected.acceptedAt
    this.#path.counters.lasted('tcp', durationMs)
    this.#path.release(this.#connected.lease)
    this.#done()
    if (this.#path.tools.accessLog) this.#tell(reason, durationMs)
  }

  get #isHalfClosed(): boolean {
    return this.#client.ended || this.#backend.ended
  }

  #expire(reason: EndReason): void {
    if (this.#aborted) return
    this.#reason = reason
    this.abort(reason)
  }

  #tell(reason: EndReason, durationMs: Millis): void {
    const { from, lease, connectMs, attempts } = this.#connected
    this.#path.tools.observer.session({
      service: this.#path.service.name,
      protocol: 'tcp',
      client: from,
      backend: lease.backend.name,
      reason,
      connectMs,
      durationMs,
      bytesToBackend: this.#client.moved,
      bytesToClient: this.#backend.moved,
      attempts,
    })
  }
}

/** One of the two sockets of a relay: what it receives goes to its peer. */
class Side implements SocketOwner {
  readonly role: 'client' | 'backend'
  readonly socket: Socket
  readonly #relay: TcpRelay
  peer: Side = this
  /** It sends nothing any more. */
  ended = false
  /** Bytes received from it and handed to the peer. */
  moved = 0
  #isPaused = false
  /** Nothing can be written to it any more. */
  #isClosed = false

  constructor(relay: TcpRelay, socket: Socket, role: Side['role']) {
    this.#relay = relay
    this.socket = socket
    this.role = role
  }

  onData(chunk: Buffer): boolean {
    if (this.peer.#isClosed) return true
    const to = this.peer.socket
    to.write(chunk)
    this.moved += chunk.length
    this.#relay.moved(this, chunk.length)
    if (to.writableLength === 0) return true
    if (to.writableNeedDrain) {
      this.#isPaused = true
      this.socket.pause()
    }
    return false
  }

  onDrain(): void {
    if (!this.peer.#isPaused) return
    this.peer.#isPaused = false
    this.peer.socket.resume()
  }

  onEnd(): void {
    this.ended = true
    this.#relay.ended(this)
  }

  /** Nothing more will be sent to it. When it has ended too, closing says so without a shutdown of its own. */
  finish(): void {
    if (this.ended && this.socket.writableLength === 0) this.socket.destroy()
    else this.socket.end()
  }

  onError(): void {
    this.#isClosed = true
    this.#relay.broke(this)
  }

  onClose(): void {
    this.#isClosed = true
    this.#relay.closed()
  }
}
