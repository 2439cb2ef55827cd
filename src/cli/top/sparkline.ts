const BARS = '▁▂▃▄▅▆▇█'

/** A value of a series and the second it belongs to; seconds rise. */
export interface Sample {
  readonly second: number
  readonly value: number
}

/**
 * The seconds up to and with `last` as `width` bars, each the mean of its share of `span` seconds; a space where nothing was
 * measured. Bars begin at whole multiples of their share, so that they only move on and do not change their height.
 */
export function sparkline(samples: readonly Sample[], last: number, width: number, span = 60): string {
  const share = Math.max(1, Math.ceil(span / width))
  const end = Math.floor(last / share)
  const sums = new Map<number, { sum: number; count: number }>()
  for (const { second, value } of samples) {
    const bar = Math.floor(second / share)
    const before = sums.get(bar) ?? { sum: 0, count: 0 }
    sums.set(bar, { sum: before.sum + value, count: before.count + 1 })
  }
  const means = Array.from({ length: width }, (_, index) => {
    const found = sums.get(end - width + 1 + index)
    return found === undefined ? undefined : found.sum / found.count
  })
  const most = Math.max(...means.map(mean => mean ?? 0))
  return means.map(mean => (mean === undefined ? ' ' : barOf(mean, most))).join('')
}

function barOf(mean: number, most: number): string {
  const step = most <= 0 ? 0 : Math.ceil((mean / most) * (BARS.length - 1))
  return BARS.charAt(Math.max(0, Math.min(step, BARS.length - 1)))
}
