import type { Draft } from '../draft.js'
import type { Notes } from '../notes.js'
import { readDocument } from './document.js'
import { Keys } from './keys.js'
import { readServer } from './server.js'

const TOLD: Readonly<Record<string, string>> = {
  api: 'evenkeel has an admin server of its own: set admin',
  metrics: 'the admin server has /metrics',
  profiler: 'there is no profiler',
  acme: 'evenkeel does not end TLS',
}

const LEVELS = ['debug', 'info', 'warn', 'error'] as const

/** Reads a configuration of gobetween in TOML or JSON. Rejects with an ImportError for what is neither. */
export async function importGobetween(text: string, notes: Notes): Promise<Draft> {
  const document = await readDocument(text, notes)
  const root = new Keys(document, [], notes)
  root.tellOthers(['servers', 'defaults', 'logging'], TOLD)
  const defaults = root.inside('defaults')
  defaults.tellOthers(
    ['max_connections', 'client_idle_timeout', 'backend_idle_timeout', 'backend_connection_timeout'],
    {},
  )
  const servers = root.inside('servers')
  return {
    logLevel: readLevel(root.inside('logging')),
    services: Object.keys(servers.table).flatMap(name => {
      const service = readServer(name, servers.inside(name), defaults)
      return service === undefined ? [] : [service]
    }),
  }
}

function readLevel(keys: Keys): Draft['logLevel'] {
  keys.tellOthers(['level'], {
    output: keys.text('output') === 'stdout' ? '' : 'logs go to standard output',
    format: 'the format is json, or pretty on a terminal',
  })
  const text = keys.text('level')
  const level = LEVELS.find(known => known === text)
  if (text !== undefined && level === undefined) keys.tell('level', 'not one of debug, info, warn, error')
  return level === 'info' ? undefined : level
}
