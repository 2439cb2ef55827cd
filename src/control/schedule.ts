import type { Millis, Random } from '../clock.js'

/** The first probe comes this soon, however long the interval. */
const FIRST_WITHIN: Millis = 1000

/** Later probes are spread by up to this share of the interval, and by no more than this. */
const JITTER = { share: 0.05, most: 100 } as const

/** Probes that clients' trouble asks for start at least this far apart. */
const GAP: Millis = 100

/** From the beginning of a watch to its first probe: a random point of the first interval, within a second. */
export function firstDelay(interval: Millis, random: Random): Millis {
  return random() * Math.min(interval, FIRST_WITHIN)
}

/** From the start of a probe to the start of the next: the interval and a little more, never less. */
export function nextDelay(interval: Millis, random: Random): Millis {
  return interval + random() * Math.min(interval * JITTER.share, JITTER.most)
}

/** From the start of a probe to the earliest start of one that is asked for. */
export function expediteGap(interval: Millis): Millis {
  return Math.min(GAP, interval)
}
