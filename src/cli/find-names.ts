import type { ServiceView } from '../api/views.js'
import { AdminError } from '../admin-client/admin-error.js'
import { enumerate, suggest } from './name-suggestion.js'
import { printable } from './terminal-text.js'

/** A backend, or one that was removed and still has sessions. */
export interface FoundBackend {
  readonly service: string
  readonly backend: string
  readonly sessionsActive: number
}

/** The service with this name, or the only one. Throws an AdminError that says what there is. */
export function findService(services: readonly ServiceView[], name: string | undefined): ServiceView {
  const names = services.map(service => service.name)
  const [only, ...others] = services
  if (name !== undefined) {
    const found = services.find(service => service.name === name)
    if (found !== undefined) return found
    throw unknown(`there is no service ${JSON.stringify(name)}${suggest(name, names)}`)
  }
  if (only === undefined) throw unknown('there is no service')
  if (others.length > 0) throw unknown(`which service? --service names it: ${enumerate(names)}`)
  return only
}

/**
 * The backend that `text` names, as `backend` or `service/backend`; the service may be left out where only one has such a
 * backend. Throws an AdminError that says what there is.
 */
export function findBackend(services: readonly ServiceView[], text: string): FoundBackend {
  const all = services.flatMap(({ name, backends, leaving }) =>
    [...backends, ...leaving].map(({ name: backend, sessionsActive }) => ({
      service: name,
      backend,
      sessionsActive,
    })),
  )
  // A name of its own may have slashes as well, and a removed backend may have a successor of its name.
  const matching = all.filter(({ service, backend }) => backend === text || `${service}/${backend}` === text)
  const found = matching.filter(
    (one, index) => matching.findIndex(({ service }) => service === one.service) === index,
  )
  const [only, ...others] = found
  if (only === undefined)
    throw unknown(`there is no backend ${JSON.stringify(text)}${suggestBackend(services, text)}`)
  if (others.length > 0) {
    const full = found.map(({ service, backend }) => `${service}/${backend}`)
    throw unknown(`which backend ${JSON.stringify(text)}? there are ${enumerate(full)}`)
  }
  return only
}

/** A name that more than one service has, and any where a service was named, is shown with its service. */
function suggestBackend(services: readonly ServiceView[], text: string): string {
  const names = services.flatMap(service => service.backends.map(({ name }) => name))
  const isShort = (name: string): boolean =>
    !text.includes('/') && names.indexOf(name) === names.lastIndexOf(name)
  const shown = services.flatMap(service =>
    service.backends.map(({ name }) => (isShort(name) ? name : `${service.name}/${name}`)),
  )
  return suggest(text, shown)
}

function unknown(message: string): AdminError {
  return new AdminError('refused', printable(message))
}
