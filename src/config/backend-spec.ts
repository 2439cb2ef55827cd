import type { AdminState } from '../core/backend.js'
import { formatAddress, parseAddress } from './address.js'
import { ConfigError } from './config-error.js'
import type { BackendConfig } from './config.js'
import { findGiven, parseGiven, type Given, type Settings } from './given.js'
import { parseChoice, parseCount } from './scalar.js'
import { specSettings } from './spec-settings.js'
import { readFields, splitSpec } from './spec.js'

const KEYS = { valued: ['weight', 'name', 'max-connections', 'state'], bare: ['backup'] }

/** The admin states that a backend may be in. */
export const STATES = ['ready', 'drain', 'maintenance'] as const satisfies readonly AdminState[]

/** The weights that a backend may have. */
export const WEIGHTS = { least: 1, most: 256 } as const

const LONGEST_NAME = 128

/** Reads `HOST:PORT[,weight=1..256][,backup][,name=ID][,max-connections=N][,state=…]`; `unix:PATH` as address. */
export function parseBackend({ path, text: source }: Given): BackendConfig {
  const [head = '', ...rest] = splitSpec(source)
  const address = { path, text: head, whole: { path, text: source } }
  return readBackend(address, specSettings(path, source, readFields(path, source, rest, KEYS), KEYS.bare))
}

/** The backend at an address, with what else was given for it. */
export function readBackend(at: Given, settings: Settings): BackendConfig {
  const { path, text: source } = at.whole ?? at
  if (at.text.includes('://'))
    throw new ConfigError(path, source, 'a backend takes no scheme (write HOST:PORT)')
  const address = parseAddress(path, at.text, 'connect', source)
  const { given } = settings
  const name = given.get('name')
  const most = given.get('maxConnections')
  const read = <T>(key: string, fallback: string, parse: (path: string, text: string) => T): T =>
    parseGiven(findGiven(settings, key, fallback), parse)
  return {
    name: name === undefined ? formatAddress(address) : parseGiven(name, checkName),
    address,
    weight: read('weight', '1', parseWeight),
    backup: read('backup', 'off', (where, text) => parseChoice(where, text, ['on', 'off'])) === 'on',
    maxConnections: most && parseGiven(most, (where, text) => parseCount(where, text, 1)),
    state: read('state', 'ready', (where, text) => parseChoice(where, text, STATES)),
    source,
    path,
    given: new Set(['address', ...given.keys()]),
  }
}

function parseWeight(path: string, text: string): number {
  return parseCount(path, text, WEIGHTS.least, WEIGHTS.most)
}

function checkName(path: string, name: string): string {
  const length = [...name].length
  if (length > LONGEST_NAME) throw new ConfigError(path, name, `longer than ${LONGEST_NAME} characters`)
  // A name is part of admin paths, where dots alone would name another place.
  if (/[\s\p{C}"'`]/u.test(name) || /^\.{0,2}$/.test(name)) {
    throw new ConfigError(
      path,
      name,
      'must not be empty or dots alone, or contain spaces, quotes or invisible characters',
    )
  }
  return name
}
