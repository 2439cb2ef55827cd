import type { Clock, Millis, Timer } from '../../clock.js'

/** Paints at once, but not again before `gap` has passed: what is asked for until then is painted together. */
export class Painter {
  readonly #clock: Clock
  readonly #gap: Millis
  readonly #paint: () => void
  #earliest = -Infinity
  #timer: Timer | undefined

  constructor(clock: Clock, gap: Millis, paint: () => void) {
    this.#clock = clock
    this.#gap = gap
    this.#paint = paint
  }

  /** Something changed. */
  ask(): void {
    const now = this.#clock.now()
    if (now >= this.#earliest) this.now()
    else this.#timer ??= this.#clock.after(this.#earliest - now, () => this.now())
  }

  /** Paints without waiting: what somebody who presses keys sees. */
  now(): void {
    this.stop()
    this.#earliest = this.#clock.now() + this.#gap
    this.#paint()
  }

  /** Drops what was asked for. */
  stop(): void {
    this.#timer?.cancel()
    this.#timer = undefined
  }
}
