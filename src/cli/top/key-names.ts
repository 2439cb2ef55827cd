import type { Key } from './keys.js'

/** What a terminal sent, as the library that reads it names it. */
export interface Struck {
  readonly upArrow: boolean
  readonly downArrow: boolean
  readonly pageUp: boolean
  readonly pageDown: boolean
  readonly return: boolean
  readonly escape: boolean
  readonly backspace: boolean
  readonly delete: boolean
  readonly ctrl: boolean
  readonly meta: boolean
}

/** The keys that were pressed; text that came at once, as when it is pasted, is a key for each character. */
export function keysOf(input: string, struck: Struck): Key[] {
  if (struck.ctrl) return input === 'c' ? [{ kind: 'interrupt' }] : []
  if (struck.upArrow) return [{ kind: 'up' }]
  if (struck.downArrow) return [{ kind: 'down' }]
  if (struck.pageUp) return [{ kind: 'page-up' }]
  if (struck.pageDown) return [{ kind: 'page-down' }]
  if (struck.return) return [{ kind: 'enter' }]
  // Terminals differ in what the key above Enter sends.
  if (struck.backspace || struck.delete) return [{ kind: 'backspace' }]
  if (struck.escape) return [{ kind: 'escape' }]
  if (struck.meta) return []
  return [...input].flatMap((character): Key[] => {
    if (character === '\u0003') return [{ kind: 'interrupt' }]
    if (character === '\r' || character === '\n') return [{ kind: 'enter' }]
    return /\p{Cc}/u.test(character) ? [] : [{ kind: 'character', character }]
  })
}
