import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Clock } from '../../clock.js'
import type { Answer } from './answer.js'
import { Connection } from './connection.js'

/** The connections of the admin server, never more than `most`. */
export class Connections {
  readonly #most: number
  readonly #clock: Clock
  /** In the order in which they were opened or last had an answer. */
  readonly #open = new Map<Duplex, Connection>()

  constructor(most: number, clock: Clock) {
    this.#most = most
    this.#clock = clock
  }

  /**
   * Takes a new connection. Where that is one too many, the one without a request under way for the longest is closed:
   * the new one itself when all others have one.
   */
  add(socket: Duplex): void {
    this.#open.set(socket, new Connection(socket, this.#clock))
    socket.once('close', () => this.#open.delete(socket))
    if (this.#open.size > this.#most) this.#closeIdle()
  }

  /** Counts a request as {@link Connection.take} does. */
  take(request: IncomingMessage, response: ServerResponse): boolean {
    const { socket } = request
    const connection = this.#open.get(socket)
    if (connection === undefined) return false
    return connection.take(request, response, () => {
      if (this.#open.delete(socket)) this.#open.set(socket, connection)
    })
  }

  /** Lets a request go on as {@link Connection.hold} does. */
  hold(request: IncomingMessage): boolean {
    return this.#open.get(request.socket)?.hold(request) ?? false
  }

  /** Answers and closes as {@link Connection.close} does. */
  close(socket: Duplex, last: Answer): void {
    this.#open.get(socket)?.close(last)
  }

  /** Cuts off all. */
  destroy(): void {
    for (const socket of this.#open.keys()) socket.destroy()
  }

  #closeIdle(): void {
    for (const [socket, connection] of this.#open) {
      if (!connection.isIdle) continue
      this.#open.delete(socket)
      socket.destroy()
      return
    }
  }
}
