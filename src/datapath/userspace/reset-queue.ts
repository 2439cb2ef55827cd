import type { Socket } from 'node:net'
import type { Millis } from '../../clock.js'
import type { SendQueues } from './send-queues.js'

/**
 * Resets sockets once what was written to them has arrived. A reset at once would throw away what still waits in the
 * kernel's send queue, and a clean close would hide that the stream was cut.
 */
export class ResetQueue {
  readonly #queues: SendQueues
  readonly #pending = new Set<Socket>()

  constructor(queues: SendQueues) {
    this.#queues = queues
  }

  /** Owns the socket's end from now on. It is reset at the latest when its peer took no byte for as long as `patience`. */
  reset(socket: Socket, patience: Millis): void {
    if (socket.destroyed || this.#pending.has(socket)) return
    if (socket.bytesWritten === 0) {
      resetNow(socket)
      return
    }
    this.#pending.add(socket)
    this.#await(socket, patience, Infinity, Infinity)
  }

  /** @param least the fewest bytes seen so far to be left @param deadline when there must be fewer */
  #await(socket: Socket, patience: Millis, least: number, deadline: Millis): void {
    this.#queues.ask([socket], 0, (left, now) => {
      const isFewer = left < least
      if (left === 0 || socket.destroyed || (!isFewer && now >= deadline)) {
        this.#pending.delete(socket)
        resetNow(socket)
      } else if (isFewer) this.#await(socket, patience, left, now + patience)
      else this.#await(socket, patience, least, deadline)
    })
  }
}

/** Resets a connection now; a unix socket, which has no reset, is closed. */
export function resetNow(socket: Socket): void {
  if (socket.destroyed) return
  if (isShuttingDown(socket)) setImmediate(resetNow, socket)
  else if (socket.remotePort === undefined && !socket.connecting) socket.destroy()
  else socket.resetAndDestroy()
}

/** While a shutdown is under way a reset is refused, and the socket would never close. */
function isShuttingDown(socket: Socket): boolean {
  return socket.writableEnded && !socket.writableFinished && socket.writableLength === 0
}
