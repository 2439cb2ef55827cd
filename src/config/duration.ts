import type { Millis } from '../clock.js'
import { ConfigError } from './config-error.js'

const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** In the order in which a suffix is recognised: `ms` also ends in `s`. */
const SUFFIXES = ['ms', 's', 'm', 'h', 'd'] as const

/** The form of a duration other than a bare `0`. */
export const DURATION = /^\d+(\.\d+)?(ms|s|m|h|d)$/

/** What is wrong with a text of another form. */
export const NOT_A_DURATION = 'not a duration (examples: 250ms, 2s, 1.5h)'

const LONGEST: Millis = 365 * UNITS.d

/** Whole milliseconds of `250ms`, `2s`, `1.5h`, `30d` or `0`, from `least` (0, or 1 for "not 0") to a year. */
export function parseDuration(path: string, text: string, least: 0 | 1): Millis {
  const millis = text === '0' ? 0 : readMillis(path, text)
  if (millis < least) throw new ConfigError(path, text, 'must be longer than 0')
  if (millis > LONGEST) throw new ConfigError(path, text, 'longer than a year (365d)')
  return millis
}

function readMillis(path: string, text: string): Millis {
  const unit = SUFFIXES.find(suffix => text.endsWith(suffix))
  const amount = text.slice(0, -(unit?.length ?? 0))
  if (unit === undefined || !DURATION.test(text)) throw new ConfigError(path, text, NOT_A_DURATION)
  const exact = Number(amount) * UNITS[unit]
  // Rounding 0.4ms to 0 would turn "very short" into "never".
  return exact > 0 ? Math.max(1, Math.round(exact)) : 0
}

/** The duration as {@link parseDuration} reads it, in the largest unit that shows it exactly. */
export function formatDuration(millis: Millis): string {
  if (millis === 0) return '0s'
  const unit = (['d', 'h', 'm', 's'] as const).find(name => millis % UNITS[name] === 0) ?? 'ms'
  return `${millis / UNITS[unit]}${unit}`
}
