import type { AdminState } from '../core/backend.js'
import { formatAddress, parseAddress } from './address.js'
import { ConfigError, within } from './config-error.js'
import type { BackendConfig } from './config.js'
import { parseChoice, parseCount } from './scalar.js'
import { readFields, splitSpec } from './spec.js'

const KEYS = { valued: ['weight', 'name', 'max-connections', 'state'], bare: ['backup'] }

const STATES = ['ready', 'drain', 'maintenance'] as const satisfies readonly AdminState[]

const LONGEST_NAME = 128

/** Reads `HOST:PORT[,weight=1..256][,backup][,name=ID][,max-connections=N][,state=…]`; `unix:PATH` as address. */
export function parseBackend(path: string, source: string): BackendConfig {
  const [head = '', ...rest] = splitSpec(source)
  if (head.includes('://')) throw new ConfigError(path, source, 'a backend takes no scheme (write HOST:PORT)')
  const address = parseAddress(path, head, 'connect', source)
  const fields = readFields(path, source, rest, KEYS)
  return within(path, source, () => {
    const name = fields.get('name')
    const most = fields.get('max-connections')
    return {
      name: name === undefined ? formatAddress(address) : checkName(name),
      address,
      weight: parseCount('weight', fields.get('weight') ?? '1', 1, 256),
      backup: fields.has('backup'),
      maxConnections: most === undefined ? undefined : parseCount('max-connections', most, 1),
      state: parseChoice('state', fields.get('state') ?? 'ready', STATES),
      source,
    }
  })
}

function checkName(name: string): string {
  const length = [...name].length
  if (length > LONGEST_NAME) throw new ConfigError('name', name, `longer than ${LONGEST_NAME} characters`)
  // A name is part of admin paths, where dots alone would name another place.
  if (/[\s\p{Cc}"'`]/u.test(name) || /^\.{1,2}$/.test(name)) {
    throw new ConfigError(
      'name',
      name,
      'must not contain spaces, quotes or control characters, or be dots alone',
    )
  }
  return name
}
