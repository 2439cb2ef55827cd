import { ConfigError } from './config-error.js'

/** The largest count: counts are kept in 32 bits. */
export const MOST = 2 ** 31 - 1

/** The largest port. */
export const MOST_PORT = 65535

/** A whole number written in decimal digits, from `least` to `most`. */
export function parseCount(path: string, text: string, least: number, most: number = MOST): number {
  const count = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (count >= least && count <= most) return count
  throw new ConfigError(path, text, notACount(least, most))
}

/** What is wrong with a number that is no count in this range. */
export function notACount(least: number, most: number): string {
  return `not a whole number from ${least} to ${most}`
}

/** One of a closed list of words. */
export function parseChoice<T extends string>(path: string, text: string, choices: readonly T[]): T {
  const choice = choices.find(known => known === text)
  if (choice === undefined) throw new ConfigError(path, text, notOneOf(choices))
  return choice
}

/** What is wrong with a word that is none of these. */
export function notOneOf(choices: readonly string[]): string {
  return `not one of ${choices.join(', ')}`
}
