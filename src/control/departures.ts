import type { Clock, Millis, Timer } from '../clock.js'
import type { BackendName } from '../core/backend.js'

/** How often it is looked at whether a backend's last session is over. */
const LOOK: Millis = 200

/** What is to be known of a backend that waits for its last session. */
export interface Departing {
  /** Sessions that it still has; undefined = nobody waits any more, since it takes new ones again. */
  left(backend: BackendName): number | undefined
  /** Its last session is over. */
  departed(backend: BackendName): void
}

/** Waits for the last sessions of backends that take no new ones. */
export class Departures {
  readonly #clock: Clock
  readonly #departing: Departing
  readonly #waiting = new Set<BackendName>()
  #timer: Timer | undefined
  #idle: (() => void) | undefined

  constructor(clock: Clock, departing: Departing) {
    this.#clock = clock
    this.#departing = departing
  }

  /** Waits for one more. It is not looked at before the data path has heard of it. */
  await(backend: BackendName): void {
    this.#waiting.add(backend)
    this.#timer ??= this.#clock.after(LOOK, this.#look)
  }

  /** Calls `idle` once, when nobody is waited for any more; undefined = does not. */
  whenIdle(idle: (() => void) | undefined): void {
    this.#idle = idle
    if (idle !== undefined) this.#timer ??= this.#clock.after(LOOK, this.#look)
  }

  /** Waits for nobody. */
  stop(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    this.#waiting.clear()
    this.#idle = undefined
  }

  readonly #look = (): void => {
    this.#timer = undefined
    for (const backend of this.#waiting) {
      const left = this.#departing.left(backend)
      if (left !== undefined && left > 0) continue
      this.#waiting.delete(backend)
      if (left === 0) this.#departing.departed(backend)
    }
    if (this.#waiting.size > 0) {
      this.#timer = this.#clock.after(LOOK, this.#look)
      return
    }
    const idle = this.#idle
    this.#idle = undefined
    idle?.()
  }
}
