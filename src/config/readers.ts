import type { Millis } from '../clock.js'
import { DEFAULTS, type DefaultedKey } from './defaults.js'
import { parseDuration } from './duration.js'
import { findGiven, parseGiven, type Given, type Settings } from './given.js'
import { parseChoice, parseCount } from './scalar.js'

/** What was given for the key, or its default. */
export function readText(settings: Settings, key: DefaultedKey): Given {
  return findGiven(settings, key, DEFAULTS[key])
}

/** The duration of a key; `least` is 1 where 0 means nothing. */
export function readDuration(settings: Settings, key: DefaultedKey, least: 0 | 1): Millis {
  return parseGiven(readText(settings, key), (path, text) => parseDuration(path, text, least))
}

/** The count of a key, at least 1. */
export function readCount(settings: Settings, key: DefaultedKey): number {
  return parseGiven(readText(settings, key), (path, text) => parseCount(path, text, 1))
}

/** The word of a key, out of a closed list. */
export function readChoice<T extends string>(
  settings: Settings,
  key: DefaultedKey,
  choices: readonly T[],
): T {
  return parseGiven(readText(settings, key), (path, text) => parseChoice(path, text, choices))
}

/** Whether the key is on. */
export function readSwitch(settings: Settings, key: DefaultedKey): boolean {
  return readChoice(settings, key, ['on', 'off']) === 'on'
}
