import type { Millis } from '../../clock.js'
import type { StreamSocket } from '../../sockets/stream-socket.js'
import type { SendQueues } from './send-queues.js'

/**
 * Resets sockets once what was written to them has arrived. A reset at once would throw away what still waits in the
 * kernel's send queue, and a clean close would hide that the stream was cut.
 */
export class ResetQueue {
  readonly #queues: SendQueues
  readonly #pending = new Set<StreamSocket>()

  constructor(queues: SendQueues) {
    this.#queues = queues
  }

  /** Owns the socket's end from now on. It is reset at the latest when its peer took no byte for as long as `patience`. */
  reset(socket: StreamSocket, patience: Millis): void {
    if (socket.isGone || this.#pending.has(socket)) return
    if (!socket.hasWritten) {
      socket.reset()
      return
    }
    this.#pending.add(socket)
    this.#await(socket, patience, Infinity, Infinity)
  }

  /** @param least the fewest bytes seen so far to be left @param deadline when there must be fewer */
  #await(socket: StreamSocket, patience: Millis, least: number, deadline: Millis): void {
    this.#queues.ask([socket], 0, (left, now) => {
      const isFewer = left < least
      if (left === 0 || socket.isGone || (!isFewer && now >= deadline)) {
        this.#pending.delete(socket)
        socket.reset()
      } else if (isFewer) this.#await(socket, patience, left, now + patience)
      else this.#await(socket, patience, least, deadline)
    })
  }
}
