import type { ServerResponse } from 'node:http'
import type { Clock, Millis, Timer } from '../../clock.js'
import type { Feed, OpenFeed } from './feed.js'

/** How often a stream shows that it lives: below the idle limit of the server and of the usual proxies. */
const HEARTBEAT: Millis = 5000
/** How long a reader may take nothing of what was sent. */
const PATIENCE: Millis = 15_000
/** The most that is handed over at a time: nothing else of a stream ever waits in memory. */
const MOST_UNSENT = 64 * 1024

const COMMENT = Buffer.from(':\n\n')

/**
 * One answer without an end. The next bytes are asked for when the last were taken, so a slow reader costs no memory;
 * one that takes nothing for 15 s is cut off.
 */
export class Stream {
  readonly #response: ServerResponse
  readonly #clock: Clock
  readonly #feed: Feed
  #heartbeat: Timer
  /** What is left of a long message. */
  #rest: Uint8Array | undefined
  /** When the bytes under way were handed over. */
  #sentAt: Millis | undefined
  #isWaking = false
  #closed = false

  /** @param response the last one of its connection, its head written; the stream ends with that */
  constructor(response: ServerResponse, open: OpenFeed, clock: Clock) {
    this.#response = response
    this.#clock = clock
    this.#feed = open(() => this.#wake())
    this.#heartbeat = clock.after(HEARTBEAT, () => this.#beat())
    // A response that waits for others before it is not told when the connection is gone.
    response.req.socket.once('close', () => this.#close())
    this.#send(COMMENT)
  }

  /** Ends it after what is under way. */
  end(): void {
    this.#close()
    this.#response.end()
  }

  #close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#heartbeat.cancel()
    this.#feed.close()
  }

  /** A wake-up comes in the middle of somebody else's turn: what is told of then is sent after that, all at once. */
  #wake(): void {
    if (this.#isWaking || this.#closed) return
    this.#isWaking = true
    queueMicrotask(() => {
      this.#isWaking = false
      this.#advance()
    })
  }

  #advance(): void {
    if (this.#closed || this.#sentAt !== undefined) return
    const bytes = this.#rest ?? this.#feed.next()
    if (bytes === undefined) return
    this.#rest = bytes.length > MOST_UNSENT ? bytes.subarray(MOST_UNSENT) : undefined
    this.#send(bytes.subarray(0, MOST_UNSENT))
  }

  #send(bytes: Uint8Array): void {
    this.#sentAt = this.#clock.now()
    this.#response.write(bytes, error => {
      if (error) return
      this.#sentAt = undefined
      this.#advance()
    })
  }

  #beat(): void {
    if (this.#sentAt === undefined) this.#send(COMMENT)
    else if (this.#clock.now() - this.#sentAt >= PATIENCE) return void this.#response.req.socket.destroy()
    this.#heartbeat = this.#clock.after(HEARTBEAT, () => this.#beat())
  }
}
