import type { SocketOwner, StreamSocket } from '../../sockets/stream-socket.js'

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
  readonly socket: StreamSocket
  /** The other side; set once, before the first byte. */
  peer: TcpSide = this
  /** It sends nothing any more. */
  ended = false
  /** Bytes received from it and handed to the peer. */
  moved = 0
  readonly #relay: Relay
  /** Not read from, because the peer still has to take what was read. */
  #isPaused = false
  /** Nothing can be written to it any more. */
  #isClosed = false

  constructor(relay: Relay, socket: StreamSocket, role: TcpSide['role']) {
    this.#relay = relay
    this.socket = socket
    this.role = role
  }

  onData(chunk: Buffer): boolean {
    const { peer } = this
    if (peer.#isClosed) return true
    this.moved += chunk.length
    this.#relay.moved(this, chunk.length)
    if (peer.socket.write(chunk)) return true
    if (peer.socket.isFull) {
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

  /** Nothing more will be sent to it. */
  finish(): void {
    this.socket.end()
  }

  /** What is not read from, or not any more, does not tell that it broke. */
  check(): void {
    if (this.#isPaused || this.ended) this.socket.check()
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
