const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
const clockTime = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' })
const dayTime = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })

/** What stands where there is no number. */
export const NOTHING = '–'

/** `0`, `7.5`, `320`, `12.4k`, `1.2M`: three digits that say enough, in any range. */
export function amount(value: number | null | undefined): string {
  if (value === null || value === undefined) return NOTHING
  const { scaled, prefix } = scale(value)
  return `${digits(scaled)}${prefix}`
}

/** `0 B/s`, `1.5 kB/s`, `12 MB/s`. */
export function byteRate(value: number | null | undefined): string {
  if (value === null || value === undefined) return NOTHING
  const { scaled, prefix } = scale(value)
  return `${digits(scaled)} ${prefix}B/s`
}

/** `0.42 ms`, `12 ms`, `1.2 s`. */
export function milliseconds(value: number | null | undefined): string {
  if (value === null || value === undefined) return NOTHING
  if (value >= 1000) return `${digits(value / 1000)} s`
  return `${value < 1 ? value.toFixed(2) : digits(value)} ms`
}

/** A weight: whole, or with two digits while it ramps up. */
export function weight(value: number): string {
  return Number.isInteger(value) ? whole.format(value) : value.toFixed(2)
}

/** `9:41`, `1:05:00`, `2 d 3:00:00`: what is left, never below zero. */
export function countdown(left: number): string {
  const seconds = Math.max(0, Math.ceil(left / 1000))
  const [days, hours, minutes] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3600) % 24,
    Math.floor(seconds / 60) % 60,
  ]
  const two = (value: number): string => String(value).padStart(2, '0')
  const end = `${two(seconds % 60)}`
  if (days > 0) return `${days} d ${hours}:${two(minutes)}:${end}`
  return hours > 0 ? `${hours}:${two(minutes)}:${end}` : `${minutes}:${end}`
}

/** The local time of day, with seconds. */
export function timeOfDay(iso: string): string {
  return clockTime.format(Date.parse(iso))
}

/** The local day, such as `3 Mar`. */
export function dayOf(iso: string): string {
  return dayTime.format(Date.parse(iso))
}

const PREFIXES = ['', 'k', 'M', 'G', 'T'] as const

function scale(value: number): { readonly scaled: number; readonly prefix: string } {
  let [scaled, step] = [value, 0]
  // From 999.5 on it would be rounded to 1000.
  while (scaled >= 999.5 && step < PREFIXES.length - 1) {
    scaled /= 1000
    step++
  }
  return { scaled, prefix: PREFIXES[step] ?? '' }
}

function digits(value: number): string {
  if (value === 0) return '0'
  if (value < 0.05) return '<0.1'
  return value < 9.95 ? String(Number(value.toFixed(1))) : whole.format(value)
}
