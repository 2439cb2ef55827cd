import type { Millis } from '../clock.js'
import { parseDuration } from './duration.js'
import { parseChoice, parseCount } from './scalar.js'

/** The flags of the command line as they were typed, by their names in camelCase. What was not given is absent. */
export interface Flags {
  readonly listen?: readonly string[]
  readonly backend?: readonly string[]
  readonly balance?: string
  readonly name?: string
  readonly probe?: string
  readonly probeInterval?: string
  readonly probeTimeout?: string
  readonly probeRise?: string
  readonly probeFall?: string
  readonly probeFastInterval?: string
  readonly probeDownInterval?: string
  readonly passive?: string
  readonly closeOn?: string
  readonly udpOnDown?: string
  readonly failbackDelay?: string
  readonly slowStart?: string
  readonly connectTimeout?: string
  readonly connectAttempts?: string
  readonly hold?: string
  readonly idleTimeout?: string
  readonly finTimeout?: string
  readonly udpIdleTimeout?: string
  readonly drainTimeout?: string
  readonly maxConnections?: string
  readonly maxUdpSessions?: string
  readonly sendSource?: string
  readonly workers?: string
  readonly datapath?: string
  /** false = no admin server. */
  readonly admin?: string | false
  readonly accessLog?: boolean
  readonly logLevel?: string
  readonly logFormat?: string
}

/** What a flag that is not given stands for, in the form in which it would be typed. */
export const DEFAULTS = {
  balance: 'round-robin',
  name: 'default',
  probeInterval: '2s',
  /** The interval, when that is shorter. */
  probeTimeout: '1s',
  probeRise: '2',
  probeFall: '3',
  passive: 'on',
  closeOn: 'dead,demoted',
  udpOnDown: 'rehome',
  failbackDelay: '0s',
  slowStart: '0s',
  connectTimeout: '3s',
  connectAttempts: '3',
  hold: '0s',
  idleTimeout: '1h',
  finTimeout: '30s',
  udpIdleTimeout: '60s',
  drainTimeout: '30s',
  maxUdpSessions: '10000',
  workers: '1',
  datapath: 'userspace',
  admin: '127.0.0.1:7070',
  logLevel: 'info',
  logFormat: 'auto',
} as const satisfies Flags

/** A flag that takes one word and has a default. */
export type DefaultedFlag = Exclude<keyof typeof DEFAULTS, 'admin'>

/** The flag as it is typed: `--probe-interval`. */
export function flagName(flag: keyof Flags): string {
  return `--${flag.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`
}

/** What was typed for the flag, or its default. */
export function readText(flags: Flags, flag: DefaultedFlag): string {
  return flags[flag] ?? DEFAULTS[flag]
}

/** The duration of a flag; `least` is 1 where 0 means nothing. */
export function readDuration(flags: Flags, flag: DefaultedFlag, least: 0 | 1): Millis {
  return parseDuration(flagName(flag), readText(flags, flag), least)
}

/** The count of a flag, at least 1. */
export function readCount(flags: Flags, flag: DefaultedFlag): number {
  return parseCount(flagName(flag), readText(flags, flag), 1)
}

/** The word of a flag, out of a closed list. */
export function readChoice<T extends string>(flags: Flags, flag: DefaultedFlag, choices: readonly T[]): T {
  return parseChoice(flagName(flag), readText(flags, flag), choices)
}
