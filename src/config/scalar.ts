import { ConfigError } from './config-error.js'

/** The largest count: counts are kept in 32 bits. */
export const MOST = 2 ** 31 - 1

/** A whole number written in decimal digits, from `least` to `most`. */
export function parseCount(path: string, text: string, least: number, most: number = MOST): number {
  const count = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (count >= least && count <= most) return count
  throw new ConfigError(path, text, `not a whole number from ${least} to ${most}`)
}

/** One of a closed list of words. */
export function parseChoice<T extends string>(path: string, text: string, choices: readonly T[]): T {
  const choice = choices.find(known => known === text)
  if (choice === undefined) throw new ConfigError(path, text, `not one of ${choices.join(', ')}`)
  return choice
}
