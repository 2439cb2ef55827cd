import type { Clock, Millis, Timer } from '../../clock.js'

/** A client that waits for a backend to become eligible. */
export interface Parked {
  readonly deadline: Millis
  /** Looks for a backend again. */
  retry(): Retried
  /** Finds out whether it is still there. */
  check(): void
  /** The wait is over without a backend. */
  expire(): void
}

/** `served`: it waits no longer. `waits`: for a backend that just failed it. `none`: no backend has room for anyone. */
export type Retried = 'served' | 'waits' | 'none'

/** How often waiting clients look again by themselves: one may wait for a backend that failed once and is not down. */
const RETRY: Millis = 200

/** The clients that wait, first come first served. All wait equally long, so the first is the first to expire. */
export class Parking {
  readonly #clock: Clock
  readonly #waiting = new Set<Parked>()
  #timer: Timer | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  park(client: Parked): void {
    this.#waiting.add(client)
    this.#timer ??= this.#clock.after(this.#delay(), this.#tick)
  }

  /** The client is gone, or served. */
  leave(client: Parked): void {
    this.#waiting.delete(client)
  }

  /** A backend may have become eligible: clients look again in the order they came in, until no place is left. */
  wake(): void {
    if (this.#waiting.size === 0) return
    for (const client of [...this.#waiting]) {
      const retried = client.retry()
      if (retried === 'none') return
      if (retried === 'served') this.#waiting.delete(client)
    }
  }

  /** Nobody waits any longer. */
  clear(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    for (const client of [...this.#waiting]) {
      this.#waiting.delete(client)
      client.expire()
    }
  }

  readonly #tick = (): void => {
    this.#timer = undefined
    this.wake()
    const now = this.#clock.now()
    for (const client of [...this.#waiting]) {
      if (client.deadline <= now) {
        this.#waiting.delete(client)
        client.expire()
      } else client.check()
    }
    if (this.#waiting.size > 0) this.#timer ??= this.#clock.after(this.#delay(), this.#tick)
  }

  #delay(): Millis {
    for (const { deadline } of this.#waiting)
      return Math.max(Math.min(deadline - this.#clock.now(), RETRY), 1)
    return RETRY
  }
}
