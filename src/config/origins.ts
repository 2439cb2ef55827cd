import type { ValueOrigin } from '../api/views.js'
import type { ServiceConfig } from './config.js'
import { DEFAULTS } from './defaults.js'
import { effectiveBackend, effectiveService, type Plain } from './effective.js'

type Origin = Exclude<ValueOrigin, 'api'>

/**
 * Where each value of {@link effectiveService} comes from, by its path: `balance`, `probe.interval`,
 * `backends.db1.weight`. Values that are not set have none.
 *
 * @param kind where what was given was given
 */
export function originsOf(service: ServiceConfig, kind: 'flag' | 'file'): Readonly<Record<string, Origin>> {
  const originOf = (path: string): Origin => {
    if (service.given.has(path)) return kind
    return isDerived(service, path) ? 'derived' : 'default'
  }
  const own = leaves(effectiveService(service))
    .filter(path => path !== 'backends')
    .map(path => [path, originOf(path)] as const)
  const ofBackends = service.backends.flatMap(backend =>
    leaves(effectiveBackend(backend)).map(
      key => [`backends.${backend.name}.${key}`, backend.given.has(key) ? kind : 'default'] as const,
    ),
  )
  return Object.fromEntries<Origin>([...own, ...ofBackends])
}

/** Limits that nobody gave are derived from the limit of open files, unless it leaves room for the default. */
function isDerived(service: ServiceConfig, path: string): boolean {
  if (path === 'maxUdpSessions') return service.maxUdpSessions !== Number(DEFAULTS.maxUdpSessions)
  return path === 'maxConnections'
}

/** The paths of all values that are set; a list is one. */
function leaves(shown: Readonly<Record<string, Plain | undefined>>): string[] {
  return Object.entries(shown).flatMap(([key, value]) => {
    if (value === undefined) return []
    return isMap(value) ? leaves(value).map(inner => `${key}.${inner}`) : [key]
  })
}

function isMap(value: Plain): value is Readonly<Record<string, Plain | undefined>> {
  return typeof value === 'object' && !Array.isArray(value)
}
