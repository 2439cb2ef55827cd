import { CLOSE_CAUSES, type CloseCause } from '../core/service.js'
import { ALGORITHMS } from '../core/strategy/index.js'
import { readAccess } from './access.js'
import type { BackendConfig, ServiceConfig } from './config.js'
import { ConfigError } from './config-error.js'
import { parseGiven, wrong, type Given, type Settings } from './given.js'
import { parseListener } from './listener.js'
import { readProbe } from './probe-policy.js'
import { readChoice, readDuration, readSwitch, readText } from './readers.js'
import { checkService } from './service-checks.js'
import { readSessionPolicy } from './session-policy.js'

/** What was given for a service. */
export interface GivenService {
  readonly name: Given
  readonly listen: readonly Given[]
  readonly backends: readonly BackendConfig[]
  readonly allow: readonly Given[]
  readonly deny: readonly Given[]
  readonly settings: Settings
}

/** Reads a service; throws a ConfigError for the first thing that cannot be used. */
export function readService({ name, listen, backends, allow, deny, settings }: GivenService): ServiceConfig {
  if (listen.length === 0) throw wrong(settings.place('listen'), 'at least one is needed')
  const listeners = listen.map(value => parseGiven(value, parseListener))
  if (backends.length === 0) throw wrong(settings.place('backends'), 'at least one is needed')
  const service: ServiceConfig = {
    name: checkName(name),
    listeners,
    backends,
    balance: readChoice(settings, 'balance', ALGORITHMS),
    probe: readProbe(settings, listeners),
    passive: readSwitch(settings, 'passive'),
    closeOn: parseGiven(readText(settings, 'closeOn'), parseCloseOn),
    failbackDelay: readDuration(settings, 'failbackDelay', 0),
    slowStart: readDuration(settings, 'slowStart', 0),
    ...readSessionPolicy(settings),
    access: readAccess(allow, deny),
    given: new Set(['listen', 'backends', ...keysOf({ allow, deny }), ...settings.given.keys()]),
    paths: {
      listeners: listen.map(({ path }) => path),
      maxConnections: settings.place('maxConnections').path,
      maxUdpSessions: settings.place('maxUdpSessions').path,
      sendSource: settings.place('sendSource').path,
    },
  }
  checkService(service, settings)
  return service
}

/** The keys of the lists that have anything. */
function keysOf(lists: Readonly<Record<string, readonly Given[]>>): readonly string[] {
  return Object.keys(lists).filter(key => lists[key]?.length)
}

/** A name is part of admin paths and a key of objects, where some would mean something else. */
export const SERVICE_NAME = /^(?!(?:\.{1,2}|__proto__|constructor|prototype)$)[\w.-]{1,63}$/

/** What is wrong with another name. */
export const NOT_A_NAME = 'not a name of 1 to 63 letters, digits, "_", "." and "-"'

function checkName(name: Given): string {
  if (!SERVICE_NAME.test(name.text)) {
    throw wrong(name, NOT_A_NAME)
  }
  return name.text
}

function parseCloseOn(path: string, text: string): ReadonlySet<CloseCause> {
  const causes = new Set<CloseCause>()
  if (text === 'none') return causes
  for (const word of text.split(',')) {
    const cause = CLOSE_CAUSES.find(known => known === word)
    if (word === 'none') throw new ConfigError(path, text, 'none stands alone')
    if (cause === undefined) {
      const known = [...CLOSE_CAUSES, 'none'].join(', ')
      throw new ConfigError(path, text, `unknown cause ${JSON.stringify(word)} (known: ${known})`)
    }
    if (causes.has(cause)) throw new ConfigError(path, text, `${cause} is given twice`)
    causes.add(cause)
  }
  return causes
}
