import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Clock, Millis, Timer } from '../../clock.js'
import { lastBytes } from './answer.js'
import type { Answer } from './answer.js'

/** The longest a request may take, however slowly it is read. */
const LONGEST: Millis = 30_000
/** Requests that may wait for their answers at a time. */
const MOST_UNANSWERED = 32

/** A connection of the admin server and the requests on it that are not answered yet. */
export class Connection {
  readonly #socket: Duplex
  readonly #clock: Clock
  readonly #unanswered = new Map<IncomingMessage, Timer>()
  #last: Answer | undefined
  /** Whether a request has an answer without an end. */
  #isHeld = false

  constructor(socket: Duplex, clock: Clock) {
    this.#socket = socket
    this.#clock = clock
    // Node's own listener is gone after a CONNECT.
    socket.on('error', () => socket.destroy())
    socket.once('close', () => {
      for (const timer of this.#unanswered.values()) timer.cancel()
      this.#unanswered.clear()
    })
  }

  /** Whether every request that came whole was answered. */
  get isIdle(): boolean {
    for (const request of this.#unanswered.keys()) if (request.complete) return false
    return true
  }

  /**
   * Counts a request until its answer is out, and then calls `answered`. False = it must not be answered, since the
   * connection is gone; one request too many destroys it.
   */
  take(request: IncomingMessage, response: ServerResponse, answered: () => void): boolean {
    if (this.#isHeld || this.#unanswered.size >= MOST_UNANSWERED) this.#socket.destroy()
    if (this.#socket.destroyed) return false
    const limit = this.#clock.after(LONGEST, () => this.#socket.destroy())
    this.#unanswered.set(request, limit)
    response.once('close', () => {
      limit.cancel()
      this.#unanswered.delete(request)
      answered()
      if (this.#last !== undefined && this.isIdle) this.#end(this.#last)
    })
    return true
  }

  /**
   * Lets a request that was taken go on without an end; whatever follows it on the connection ends that. False = it must
   * not be answered, since something follows it already.
   */
  hold(request: IncomingMessage): boolean {
    this.#unanswered.get(request)?.cancel()
    this.#isHeld = true
    const isLast = this.#last === undefined && [...this.#unanswered.keys()].at(-1) === request
    if (!isLast) this.#socket.destroy()
    return !this.#socket.destroyed
  }

  /**
   * Answers what nothing can follow, after the requests that came whole before it, and closes the connection. After an
   * answer without an end it closes at once.
   */
  close(last: Answer): void {
    if (this.#last !== undefined) return
    this.#last = last
    if (this.#isHeld) this.#socket.destroy()
    else if (this.isIdle) this.#end(last)
  }

  #end(last: Answer): void {
    // One that is ended already had its last answer, which may still be under way.
    if (this.#socket.writableEnded) return
    // Not waiting for the client to close: one that is slow on purpose never would.
    this.#socket.end(lastBytes(last), () => this.#socket.destroy())
  }
}
