import type { Clock, Millis, Timer } from '../clock.js'

/** How often the pulse beats. */
const BEAT: Millis = 100

/** A beat later than this means that the process stood still. */
const LATE: Millis = 250

/**
 * Notices that the process stood still: stopped by a signal, or its event loop held up. What was waited for in
 * the meantime may have arrived long ago without being read, so nothing may be concluded from the wait.
 */
export class Pulse {
  readonly #clock: Clock
  readonly #onStall: () => void
  #beat: { readonly at: Millis; readonly timer: Timer } | undefined

  /** `onStall` is called after each time the process stood still while the pulse was beating. */
  constructor(clock: Clock, onStall: () => void) {
    this.#clock = clock
    this.#onStall = onStall
  }

  /** Begins to beat; harmless when it already does. */
  start(): void {
    if (this.#beat === undefined) this.#next()
  }

  /** Ends the beat, and with it the last timer. */
  stop(): void {
    this.#beat?.timer.cancel()
    this.#beat = undefined
  }

  /**
   * Whether the process stood still since the last beat; `onStall` was called then. To be asked before a wait is
   * judged, since the timers and sockets that are due after a stall come in any order, the beat among them.
   */
  check(): boolean {
    if (this.#beat === undefined || this.#clock.now() - this.#beat.at <= BEAT + LATE) return false
    this.#onStall()
    // Counted from here, because beginning again takes time as well and must not look like the next stall.
    if (this.#beat !== undefined) this.#next()
    return true
  }

  #next(): void {
    this.#beat?.timer.cancel()
    const timer = this.#clock.after(BEAT, () => {
      if (!this.check()) this.#next()
    })
    this.#beat = { at: this.#clock.now(), timer }
  }
}
