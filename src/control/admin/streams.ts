import type { ServerResponse } from 'node:http'
import type { Clock } from '../../clock.js'
import type { OpenFeed } from './feed.js'
import { Stream } from './stream.js'

/** All streams of the admin server, never more than `most`. */
export class Streams {
  readonly #most: number
  readonly #clock: Clock
  readonly #open = new Set<Stream>()
  #stopped = false

  constructor(most: number, clock: Clock) {
    this.#most = most
    this.#clock = clock
  }

  /** Whether one more may be opened. */
  get hasRoom(): boolean {
    return !this.#stopped && this.#open.size < this.#most
  }

  /** Feeds an answer, the last one of its connection, whose head is written, until its reader leaves. */
  open(response: ServerResponse, feed: OpenFeed): void {
    const stream = new Stream(response, feed, this.#clock)
    this.#open.add(stream)
    response.req.socket.once('close', () => this.#open.delete(stream))
  }

  /** Ends all; there is no room for another one afterwards. */
  stop(): void {
    this.#stopped = true
    for (const stream of this.#open) stream.end()
  }
}
