import type { Clock, Millis } from '../../clock.js'

/** What must be over in time. */
export interface Expiring {
  readonly startedAt: Millis
  /** Its time is over; it was removed. */
  expire(): void
}

/** Deadlines that lie equally far ahead, so that the first to begin is the first to end and one timer serves all. */
export class Deadlines {
  readonly #clock: Clock
  readonly #timeout: Millis
  readonly #running = new Set<Expiring>()
  #cancel: (() => void) | undefined
  #isStopped = false

  constructor(clock: Clock, timeout: Millis) {
    this.#clock = clock
    this.#timeout = timeout
  }

  /** To be called in the order of the starts; ends with {@link remove} or when it expires. */
  add(expiring: Expiring): void {
    this.#running.add(expiring)
    if (this.#cancel === undefined) this.#arm(expiring, expiring.startedAt)
  }

  remove(expiring: Expiring): void {
    this.#running.delete(expiring)
    if (this.#isStopped) this.#rest()
  }

  /** From now on no timer is kept for nobody: until here, one that ran on was cheaper than one for each. */
  stop(): void {
    this.#isStopped = true
    this.#rest()
  }

  #rest(): void {
    if (this.#running.size > 0) return
    this.#cancel?.()
    this.#cancel = undefined
  }

  /** The one timer there is: what expires may add another deadline, and arm it, before the rest is looked at. */
  #arm(first: Expiring, now: Millis): void {
    this.#cancel?.()
    const timer = this.#clock.after(first.startedAt + this.#timeout - now, () => {
      const due = this.#clock.now()
      // One more turn: after a stall the timer comes before what is already done.
      const turn = setImmediate(() => this.#expire(due))
      this.#cancel = () => clearImmediate(turn)
    })
    this.#cancel = () => timer.cancel()
  }

  #expire(now: Millis): void {
    this.#cancel = undefined
    for (const expiring of this.#running) {
      if (expiring.startedAt + this.#timeout > now) {
        this.#arm(expiring, now)
        return
      }
      this.#running.delete(expiring)
      expiring.expire()
    }
  }
}
