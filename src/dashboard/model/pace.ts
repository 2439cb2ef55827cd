import type { Clock, Millis } from '../../clock.js'

/** Runs something when asked to, but no more often than once an interval; what was asked for in between runs at its end. */
export class Pace {
  readonly #clock: Clock
  readonly #interval: Millis
  readonly #run: () => void
  #last = -Infinity
  #waits = false

  constructor(clock: Clock, interval: Millis, run: () => void) {
    this.#clock = clock
    this.#interval = interval
    this.#run = run
  }

  ask(): void {
    if (this.#waits) return
    this.#waits = true
    this.#clock.after(this.#last + this.#interval - this.#clock.now(), () => this.#begin())
  }

  /** Runs it at once: somebody waits for it. */
  now(): void {
    this.#last = this.#clock.now()
    this.#run()
  }

  #begin(): void {
    this.#waits = false
    this.now()
  }
}
