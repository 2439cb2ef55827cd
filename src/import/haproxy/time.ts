const UNITS: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/** Milliseconds of `2s` or `500`, whose unit is the millisecond; a time above 0 is at least 1. undefined when it is no time. */
export function readTime(text: string): number | undefined {
  const [, digits, unit = 'ms'] = /^(\d+)(us|ms|s|m|h|d)?$/.exec(text) ?? []
  const scale = UNITS[unit]
  if (digits === undefined || scale === undefined) return undefined
  const millis = Number(digits) * scale
  return millis > 0 ? Math.max(1, Math.round(millis)) : 0
}

/** A whole number, undefined when it is none. */
export function readNumber(text: string): number | undefined {
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined
}
