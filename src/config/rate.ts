import type { ConnectionRate } from '../core/service.js'
import { ConfigError } from './config-error.js'

/** The form of a rate. */
export const RATE = /^[1-9]\d{0,8}\/[sm]$/

/** What is wrong with a text of another form. */
export const NOT_A_RATE = 'not a rate (examples: 10/s, 300/m)'

/** Reads `10/s` or `300/m`. */
export function parseRate(path: string, text: string): ConnectionRate {
  if (!RATE.test(text)) throw new ConfigError(path, text, NOT_A_RATE)
  return { count: Number(text.slice(0, -2)), per: text.endsWith('s') ? 'second' : 'minute' }
}

/** The rate as {@link parseRate} reads it. */
export function formatRate({ count, per }: ConnectionRate): string {
  return `${count}/${per === 'second' ? 's' : 'm'}`
}
