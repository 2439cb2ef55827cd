import { isDeepStrictEqual } from 'node:util'
import type { ReloadView } from '../api/views.js'
import type { ServiceConfig } from '../config/config.js'
import type { ListeningFact } from '../core/observer.js'
import type { Service } from '../core/service.js'

/** What runs at one moment. */
export interface Running {
  readonly services: readonly Service[]
  /** The same as configured: limits that are derived from the open files change with every service. */
  readonly configured: readonly ServiceConfig[]
  readonly listeners: readonly ListeningFact[]
}

/** What changed from one moment to another, by name. */
export function difference(before: Running, after: Running): ReloadView {
  const services = compare(byName(before.configured), byName(after.configured), settings)
  const backends = compare(allBackends(before.services), allBackends(after.services), backend => backend)
  const listeners = compare(byPlace(before.listeners), byPlace(after.listeners), () => undefined)
  return { services, backends, listeners: { added: listeners.added, removed: listeners.removed } }
}

/** The listeners that were not there before. */
export function newListeners(before: Running, after: Running): readonly ListeningFact[] {
  const known = byPlace(before.listeners)
  return [...byPlace(after.listeners)].flatMap(([place, fact]) => (known.has(place) ? [] : [fact]))
}

function compare<T>(
  before: ReadonlyMap<string, T>,
  after: ReadonlyMap<string, T>,
  content: (value: T) => unknown,
): ReloadView['services'] {
  const added = [...after.keys()].filter(name => !before.has(name))
  const removed = [...before.keys()].filter(name => !after.has(name))
  const changed = [...after].flatMap(([name, value]) => {
    const old = before.get(name)
    return old === undefined || isDeepStrictEqual(content(old), content(value)) ? [] : [name]
  })
  return { added, removed, changed }
}

/** What is a service's own: its backends and listeners are told by themselves. */
function settings({ backends: _b, listeners: _l, given: _g, paths: _p, ...rest }: ServiceConfig): unknown {
  return rest
}

function byName(services: readonly ServiceConfig[]): ReadonlyMap<string, ServiceConfig> {
  return new Map(services.map(service => [service.name, service]))
}

function allBackends(services: readonly Service[]): ReadonlyMap<string, Service['backends'][number]> {
  return new Map(
    services.flatMap(({ name, backends }) =>
      backends.map(backend => [`${name}/${backend.name}`, backend] as const),
    ),
  )
}

function byPlace(listeners: readonly ListeningFact[]): ReadonlyMap<string, ListeningFact> {
  return new Map(
    listeners.map(fact => [
      `${fact.service} ${fact.listener} ${fact.address} ${fact.port ?? ''}`.trim(),
      fact,
    ]),
  )
}
