import { createHistogram } from 'node:perf_hooks'

/** Collects times with a resolution of a microsecond. */
export function createLatencies() {
  const histogram = createHistogram()
  return {
    /** @param {number} millis */
    record(millis) {
      histogram.record(Math.max(1, Math.round(millis * 1000)))
    },
    /**
     * @param {number} share of 100
     * @returns {number} milliseconds, NaN when nothing was recorded
     */
    percentile(share) {
      return histogram.count === 0 ? NaN : histogram.percentile(share) / 1000
    },
  }
}
