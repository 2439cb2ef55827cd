import type { Millis } from '../clock.js'

const SPANS: readonly (readonly [unit: string, millis: Millis])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
]

/** A length of time in its two largest units, such as `9m 40s`, `3d 4h` or `0s`. */
export function formatSpan(millis: Millis): string {
  let left = Math.max(0, Math.round(millis / 1000) * 1000)
  const first = SPANS.findIndex(([, size]) => left >= size)
  if (first < 0) return '0s'
  const parts = SPANS.slice(first, first + 2).map(([unit, size]) => {
    const count = Math.floor(left / size)
    left -= count * size
    return count === 0 ? '' : `${count}${unit}`
  })
  return parts.join(' ').trim()
}

/** A number of at most five characters or so, with a prefix where it is large: `0`, `3.1`, `12`, `1.2k`, `45M`. */
export function formatAmount(amount: number): string {
  if (amount <= 0) return '0'
  const prefixes = ['', 'k', 'M', 'G', 'T', 'P']
  let [scaled, step] = [amount, 0]
  // What would be rounded to 1000 is one of the next prefix.
  while (scaled >= 999.5 && step < prefixes.length - 1) {
    scaled /= 1000
    step++
  }
  return `${shortNumber(scaled)}${prefixes[step] ?? ''}`
}

/** Bytes a second, such as `1.2 MB/s`. */
export function formatByteRate(rate: number): string {
  const [, digits = '0', prefix = ''] = /^([\d.<]+)([a-zA-Z]?)$/.exec(formatAmount(rate)) ?? []
  return `${digits} ${prefix}B/s`
}

/** A time in milliseconds, such as `0.84 ms`, `12 ms` or `1.2 s`. */
export function formatProbeTime(millis: Millis): string {
  if (millis >= 999.5) return `${shortNumber(millis / 1000)} s`
  return `${millis < 9.95 && millis >= 0.005 ? millis.toFixed(millis < 0.995 ? 2 : 1) : String(Math.round(millis))} ms`
}

/** `1 session`, `2 sessions`. */
export function count(amount: number, what: string): string {
  return `${amount} ${what}${amount === 1 ? '' : 's'}`
}

function shortNumber(amount: number): string {
  if (amount < 0.05) return '<0.1'
  return amount < 9.95 ? amount.toFixed(1).replace(/\.0$/, '') : String(Math.round(amount))
}
