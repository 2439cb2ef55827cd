import type { Socket } from 'node:net'
import type { SocketOwner } from './socket-owner.js'

const NOTHING = Buffer.alloc(0)

/** What the two sides of a relay tell it. */
export interface Relay {
  /** A chunk moved on. */
  moved(from: TcpSide, bytes: number): void
  /** One side sends nothing any more. */
  ended(side: TcpSide): void
  /** One side broke: the other is to learn of it once it has what came before. */
  broke(side: TcpSide): void
  /** One descriptor is free. */
  closed(): void
}

/** One of the two sockets of a relay: what it receives goes to its peer, no faster than that takes it. */
export class TcpSide implements SocketOwner {
  readonly role: 'client' | 'backend'
  readonly socket: Socket
  /** The other side; set once, before the first byte. */
  peer: TcpSide = this
  /** It sends nothing any more. */
  ended = false
  /** Bytes received from it and handed to the peer. */
  moved = 0
  readonly #relay: Relay
  /** Not read from, because the peer still has to take what was read. */
  #isPaused = false
  /** It was told that nothing more comes. */
  #isFinished = false
  /** Nothing can be written to it any more. */
  #isClosed = false

  constructor(relay: Relay, socket: Socket, role: TcpSide['role']) {
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
    if (this.#isFinished && this.role === 'backend') this.#readOnNextTurn()
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

  /** A reset that came together with data looks like an end; a write of nothing fails then, and only then. */
  onEnd(): void {
    if (this.#isFinished || isUnix(this.socket)) this.#end()
    else if (this.socket.writableLength > 0) setImmediate(() => this.#end())
    else this.socket.write(NOTHING, error => error ?? this.#end())
  }

  /** Nothing more will be sent to it. When it has ended too, closing says so without a shutdown of its own. */
  finish(): void {
    this.#isFinished = true
    if (this.ended && this.socket.writableLength === 0) this.socket.destroy()
    else this.socket.end()
  }

  /** What is not read from, or not any more, does not tell that it broke: writing nothing finds out. */
  check(): void {
    if (!(this.#isPaused || this.ended) || this.#isFinished || isUnix(this.socket)) return
    if (this.socket.writableLength === 0) this.socket.write(NOTHING)
  }

  onError(): void {
    this.#isClosed = true
    this.#relay.broke(this)
  }

  onClose(): void {
    this.#isClosed = true
    this.#relay.closed()
  }

  /** Unless what it was still to be sent failed in the meantime. */
  #end(): void {
    if (this.#isClosed) return
    this.ended = true
    this.#relay.ended(this)
  }

  /**
   * Once our end was sent, nothing can be written to tell a reset from an end. A reset that comes together with data
   * is reported as what it is when reading stops in between.
   */
  #readOnNextTurn(): void {
    this.socket.pause()
    setImmediate(() => {
      if (!this.#isPaused) this.socket.resume()
    })
  }
}

/** A unix socket has no reset, and takes nothing any more, not even nothing, once its peer has closed both ways. */
function isUnix(socket: Socket): boolean {
  return socket.localPort === undefined
}
