import { ConfigError } from '../config-error.js'
import { formatPath } from '../paths.js'

/** How deep lists and maps may be nested; a config file needs six levels. */
export const DEEPEST = 32

/** The values that a file may have, those of aliases counted each time. */
export const MOST_VALUES = 20_000

export const TOO_DEEP = `nested deeper than ${DEEPEST} levels`
export const TOO_MANY = `more than ${MOST_VALUES} values, those of aliases counted each time`

/** Where something is in a text, counted from 1. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** The position in words. */
export function formatPosition({ line, column }: Position): string {
  return `line ${line}, column ${column}`
}

/** Names that mean something else on every object. */
const FORBIDDEN: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

/**
 * Adds a key to those that a map has already; throws a ConfigError for one that is there, and for one that no map may
 * have.
 */
export function addKey(
  seen: Set<string>,
  key: string,
  steps: readonly (string | number)[],
  position: () => Position,
): void {
  const problem = FORBIDDEN.has(key) ? 'not allowed as a key' : seen.has(key) ? 'given twice' : undefined
  if (problem !== undefined) {
    throw new ConfigError(
      formatPath([...steps, key]),
      undefined,
      `${problem} (${formatPosition(position())})`,
    )
  }
  seen.add(key)
}
