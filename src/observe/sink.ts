import type { Clock, Millis, Timer } from '../clock.js'
import type { Output, Written } from './output.js'

/** Where log lines go. */
export interface Sink {
  /** Queues one line, its newline included. Never blocks and never fails: a line that finds no room is dropped and counted. */
  write(line: string): void
  /**
   * Resolves when every line was written or dropped, or when the clock reaches `deadline`; what is left then counts as
   * dropped. Waiting lines may keep the process alive, so flush once before it ends.
   */
  flush(deadline: Millis): Promise<void>
  /** Lines that were lost since the start. */
  readonly linesDropped: number
}

/** Bytes that may wait for a slow reader. */
const MOST_PENDING = 1024 * 1024
/** How soon a full output is tried again: first and at most, doubling in between. */
const FIRST_RETRY: Millis = 20
const LAST_RETRY: Millis = 200
/** How long a broken output is left alone. */
const REST: Millis = 1000
const NEWLINE = 10

interface Batch {
  readonly bytes: Uint8Array
  /** Where each of its lines ends. */
  readonly ends: readonly number[]
  /** The bytes of its lines, which is all it holds but for a newline after a torn line. */
  readonly size: number
  written: number
}

/** A bounded queue of lines before an output that may be slow, broken or full; one write is under way at a time. */
export class LineSink implements Sink {
  readonly #output: Output
  readonly #clock: Clock
  #waiting: string[] = []
  #batch: Batch | undefined
  /** Bytes of the waiting lines and of the batch. */
  #pending = 0
  #dropped = 0
  #writing = false
  #pause: Timer | undefined
  #retry = FIRST_RETRY
  /** Whether the last thing that came through was a part of a line. */
  #torn = false
  readonly #flushes = new Set<() => void>()

  constructor(output: Output, clock: Clock) {
    this.#output = output
    this.#clock = clock
  }

  get linesDropped(): number {
    return this.#dropped
  }

  write(line: string): void {
    const size = Buffer.byteLength(line)
    if (this.#pending + size > MOST_PENDING) {
      this.#dropped++
      return
    }
    this.#pending += size
    this.#waiting.push(line)
    this.#advance()
  }

  flush(deadline: Millis): Promise<void> {
    if (this.#pending === 0) return Promise.resolve()
    return new Promise(resolve => {
      const timer = this.#clock.after(Math.max(0, deadline - this.#clock.now()), () => this.#abandon())
      this.#flushes.add(() => {
        timer.cancel()
        resolve()
      })
      this.#resume()
    })
  }

  #advance(): void {
    if (this.#writing || this.#pause !== undefined) return
    const batch = (this.#batch ??= this.#nextBatch())
    if (batch === undefined) return this.#settle()
    this.#writing = true
    this.#output.write(batch.bytes.subarray(batch.written), written => {
      this.#writing = false
      // An abandoned batch was counted already.
      if (batch === this.#batch) this.#account(batch, written)
      this.#advance()
    })
  }

  #nextBatch(): Batch | undefined {
    if (this.#waiting.length === 0) return undefined
    // A line of its own keeps the torn one from spoiling the next.
    const text = (this.#torn ? '\n' : '') + this.#waiting.join('')
    const start = this.#torn ? 1 : 0
    let end = start
    const ends = this.#waiting.map(line => (end += Buffer.byteLength(line)))
    this.#waiting = []
    return { bytes: Buffer.from(text), ends, size: end - start, written: 0 }
  }

  #account(batch: Batch, written: Written): void {
    switch (written.kind) {
      case 'some':
        batch.written += written.bytes
        this.#retry = FIRST_RETRY
        if (batch.written === batch.bytes.length) this.#finish(batch)
        return
      case 'full':
        this.#pauseFor(this.#retry)
        this.#retry = Math.min(this.#retry * 2, LAST_RETRY)
        return
      case 'failed':
        this.#finish(batch)
        // A broken output fails at once, so that a flush may as well try the rest.
        if (this.#flushes.size === 0) this.#pauseFor(REST)
    }
  }

  #finish(batch: Batch): void {
    this.#dropped += batch.ends.filter(end => end > batch.written).length
    if (batch.written > 0) this.#torn = batch.bytes[batch.written - 1] !== NEWLINE
    this.#batch = undefined
    this.#pending -= batch.size
  }

  #abandon(): void {
    if (this.#batch !== undefined) this.#finish(this.#batch)
    this.#dropped += this.#waiting.length
    this.#waiting = []
    this.#pending = 0
    this.#settle()
    this.#resume()
  }

  #pauseFor(delay: Millis): void {
    this.#pause = this.#clock.after(delay, () => this.#resume())
  }

  #resume(): void {
    this.#pause?.cancel()
    this.#pause = undefined
    this.#advance()
  }

  #settle(): void {
    for (const done of this.#flushes) done()
    this.#flushes.clear()
  }
}
