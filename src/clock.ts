/** Milliseconds of a monotonic clock; only differences mean anything. */
export type Millis = number

/** A pending call made by {@link Clock.after}. */
export interface Timer {
  /** Forgets the call; harmless when it already ran. */
  cancel(): void
}

/** Time as an argument: everything that waits or measures is handed one of these. */
export interface Clock {
  /** The monotonic time. It does not jump when the wall clock is set. */
  now(): Millis
  /** Runs `run` once, `delay` from now; a moment that has passed means at once. Any delay up to a year and beyond is kept. */
  after(delay: Millis, run: () => void): Timer
}

/** A source of numbers in [0, 1), as an argument. */
export type Random = () => number

/** The longest delay that one timer of the runtime keeps; a longer one would fire at once. */
const LONGEST_TIMER: Millis = 2 ** 31 - 1

/** The clock of this process. Its timers keep the process alive. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after(delay, run) {
    let left = Math.max(0, delay)
    let timeout: NodeJS.Timeout
    const wait = (): void => {
      const step = Math.min(left, LONGEST_TIMER)
      left -= step
      timeout = setTimeout(left > 0 ? wait : run, step)
    }
    wait()
    return { cancel: () => clearTimeout(timeout) }
  },
}

/** The random source of this process. */
export const systemRandom: Random = () => Math.random()

/** The wall clock in milliseconds since 1970, for people to read; nothing is decided by it. */
export const wallTime = (): number => Date.now()
