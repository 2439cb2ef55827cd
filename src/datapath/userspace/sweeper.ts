import type { Clock, Millis, Timer } from '../../clock.js'

/** A session that may expire. */
export interface Sweepable {
  /** Called every so often; ends the session when its time is over. `now` is the sweeper's running time. */
  sweep(now: Millis): void
}

/** The least and the most between two sweeps. */
const SHORTEST: Millis = 25
const LONGEST: Millis = 1000
/** Sweeps in the span of the shortest timeout. */
const SWEEPS_PER_TIMEOUT = 8
/** The most that may pass between two sweeps, in intervals: the rest is a stall, and does not count. */
const LATENESS = 1.25

/**
 * One timer for the timeouts of many sessions. Its time stands still while the process does: a stalled loop, or a
 * process stopped and continued, makes no session expire.
 */
export class Sweeper {
  readonly #clock: Clock
  #interval: Millis
  readonly #sessions = new Set<Sweepable>()
  #timer: Timer | undefined
  #running: Millis = 0
  #lastBeat: Millis = 0

  /** @param timeouts of the sessions; 0 = never, and does not count */
  constructor(clock: Clock, timeouts: readonly Millis[]) {
    this.#clock = clock
    this.#interval = intervalFor(timeouts)
  }

  /** Sweeps as other timeouts need it, from now on. */
  adapt(timeouts: readonly Millis[]): void {
    const interval = intervalFor(timeouts)
    if (interval === this.#interval) return
    if (this.#timer === undefined) this.#interval = interval
    else {
      this.#beat()
      this.#interval = interval
      this.#timer.cancel()
      this.#arm()
    }
  }

  /** {@link now} as it was at the last sweep: costs no look at the clock, and is behind by an interval at most. */
  get sweptAt(): Millis {
    return this.#running
  }

  /** The most that {@link sweptAt} is behind. */
  get interval(): Millis {
    return this.#interval
  }

  /** The time that the process ran, in milliseconds since some start. */
  now(): Millis {
    return this.#running + Math.min(this.#clock.now() - this.#lastBeat, LATENESS * this.#interval)
  }

  /** Sweeps this session from now on, until {@link remove}. */
  add(session: Sweepable): void {
    this.#sessions.add(session)
    if (this.#timer !== undefined) return
    this.#beat()
    this.#arm()
  }

  remove(session: Sweepable): void {
    this.#sessions.delete(session)
    if (this.#sessions.size > 0) return
    this.#timer?.cancel()
    this.#timer = undefined
  }

  #arm(): void {
    this.#timer = this.#clock.after(this.#interval, this.#sweep)
  }

  #beat(): void {
    this.#running = this.now()
    this.#lastBeat = this.#clock.now()
  }

  readonly #sweep = (): void => {
    this.#beat()
    this.#arm()
    for (const session of this.#sessions) session.sweep(this.#running)
  }
}

function intervalFor(timeouts: readonly Millis[]): Millis {
  const shortest = Math.min(...timeouts.filter(timeout => timeout > 0))
  return Math.min(Math.max(shortest / SWEEPS_PER_TIMEOUT, SHORTEST), LONGEST)
}
