import type { Clock, Millis, Timer } from '../clock.js'
import type { BackendName } from '../core/backend.js'

/** How often it is looked at whether a backend's last session is over. */
const LOOK: Millis = 200

/** What is to be known of backends that wait for their last sessions. */
export interface Departing {
  /** Those that take no new sessions now: the others are not waited for any more. */
  idle(): ReadonlySet<BackendName>
  /** Sessions that a backend still has. */
  left(backend: BackendName): number
  /** Their last sessions are over. */
  departed(backends: readonly BackendName[]): void
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
    const idle = this.#departing.idle()
    const departed: BackendName[] = []
    for (const backend of this.#waiting) {
      const isIdle = idle.has(backend)
      if (isIdle && this.#departing.left(backend) > 0) continue
      this.#waiting.delete(backend)
      if (isIdle) departed.push(backend)
    }
    if (departed.length > 0) this.#departing.departed(departed)
    if (this.#waiting.size > 0) {
      this.#timer = this.#clock.after(LOOK, this.#look)
      return
    }
    const tell = this.#idle
    this.#idle = undefined
    tell?.()
  }
}
