import type { Clock, Millis, Timer } from '../../clock.js'

/** Runs something when asked to, but no more often than once an interval; what was asked for in between runs at its end. */
export class Pace {
  readonly #clock: Clock
  readonly #interval: Millis
  readonly #run: () => void
  #last = -Infinity
  #next: { readonly due: Millis; readonly timer: Timer } | undefined

  constructor(clock: Clock, interval: Millis, run: () => void) {
    this.#clock = clock
    this.#interval = interval
    this.#run = run
  }

  /** @param interval less than usual where it is urgent */
  ask(interval = this.#interval): void {
    const due = this.#last + interval
    if (this.#next !== undefined && this.#next.due <= due) return
    this.#next?.timer.cancel()
    const timer = this.#clock.after(Math.max(0, due - this.#clock.now()), () => this.now())
    this.#next = { due, timer }
  }

  /** Runs it at once: somebody waits for it. */
  now(): void {
    this.#next?.timer.cancel()
    this.#next = undefined
    this.#last = this.#clock.now()
    this.#run()
  }
}
