import { CLOSE_CAUSES, type CloseCause } from '../core/service.js'
import { ALGORITHMS } from '../core/strategy/index.js'
import { parseBackend } from './backend-spec.js'
import { ConfigError } from './config-error.js'
import type { ServiceConfig } from './config.js'
import { readChoice, readDuration, readText, type Flags } from './flag-values.js'
import { parseListener } from './listener.js'
import { readProbe } from './probe-policy.js'
import { checkService } from './service-checks.js'
import { readSessionPolicy } from './session-policy.js'

/** The one service that the flags describe. */
export function readService(flags: Flags): ServiceConfig {
  const listeners = required('--listen', flags.listen).map(url => parseListener('--listen', url))
  const backends = required('--backend', flags.backend).map(spec => parseBackend('--backend', spec))
  const service: ServiceConfig = {
    name: readName(flags),
    listeners,
    backends,
    balance: readChoice(flags, 'balance', ALGORITHMS),
    probe: readProbe(flags, listeners),
    passive: readChoice(flags, 'passive', ['on', 'off']) === 'on',
    closeOn: readCloseOn(flags),
    failbackDelay: readDuration(flags, 'failbackDelay', 0),
    slowStart: readDuration(flags, 'slowStart', 0),
    ...readSessionPolicy(flags),
  }
  checkService(service)
  return service
}

function required(path: string, values: readonly string[] = []): readonly string[] {
  if (values.length === 0) throw new ConfigError(path, undefined, 'at least one is needed')
  return values
}

function readName(flags: Flags): string {
  const name = readText(flags, 'name')
  // The name is part of admin paths and a key of objects, where these would mean something else.
  const isReserved = name === '.' || name === '..' || name === '__proto__'
  if (isReserved || !/^[\w.-]{1,63}$/.test(name)) {
    throw new ConfigError('--name', name, 'not a name of 1 to 63 letters, digits, "_", "." and "-"')
  }
  return name
}

function readCloseOn(flags: Flags): ReadonlySet<CloseCause> {
  const text = readText(flags, 'closeOn')
  const causes = new Set<CloseCause>()
  if (text === 'none') return causes
  for (const word of text.split(',')) {
    const cause = CLOSE_CAUSES.find(known => known === word)
    if (word === 'none') throw new ConfigError('--close-on', text, 'none stands alone')
    if (cause === undefined) {
      const known = [...CLOSE_CAUSES, 'none'].join(', ')
      throw new ConfigError('--close-on', text, `unknown cause ${JSON.stringify(word)} (known: ${known})`)
    }
    if (causes.has(cause)) throw new ConfigError('--close-on', text, `${cause} is given twice`)
    causes.add(cause)
  }
  return causes
}
