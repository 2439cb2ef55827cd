import type { Millis } from '../clock.js'

/** The share of its weight that a backend starts with. */
const FLOOR = 0.1
/** In how many steps the weight rises. */
const STEPS = 20
/** The part of a step that may be missing for it to count as passed, since sums of times are rounded. */
const ROUNDING = 1e-6

/** The weight of a backend at a point of its slow start: linear from a tenth of `weight` to all of it. */
export function rampedWeight(weight: number, since: Millis, duration: Millis, now: Millis): number {
  const progress = Math.min((now - since) / duration, 1)
  return weight * (FLOOR + (1 - FLOOR) * progress)
}

/** When the weight is to be looked at again: at the next of a few equal steps, always later than `now`. */
export function nextRamp(since: Millis, duration: Millis, now: Millis): Millis {
  const step = duration / STEPS
  const passed = Math.floor((now - since) / step + ROUNDING)
  return since + (passed + 1) * step
}
