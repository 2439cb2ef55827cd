import type { BackendView, ServiceView } from '../../api/views.js'
import { stateWords } from '../backend-state.js'
import { keyOf, latest, type Traffic } from './traffic.js'

/** What the backends of a service are ordered by. */
export const SORTS = ['configuration', 'name', 'state', 'sessions', 'bytes'] as const
export type Sort = (typeof SORTS)[number]

/** A backend that is to be seen. */
export interface Row {
  readonly key: string
  readonly service: ServiceView
  readonly backend: BackendView
}

/** What there is, and what of it is to be seen. */
export interface Selection {
  readonly services: readonly ServiceView[]
  readonly traffic: Traffic
  /** Words; none = all backends. */
  readonly filter: string
  readonly sort: Sort
}

/** The backends that match the filter, service by service, in the chosen order. */
export function matchingBackends(state: Selection): Row[] {
  return state.services.flatMap(service => {
    const rows = service.backends
      .map(backend => ({ key: keyOf(service.name, backend.name), service, backend }))
      .filter(row => matches(row, state.filter))
    return state.sort === 'configuration' ? rows : rows.sort((a, b) => compare(a, b, state))
  })
}

/** Each word of the filter has to be found in the names, the address or the state. */
function matches({ service, backend }: Row, filter: string): boolean {
  const text = [service.name, backend.name, backend.address, stateWords(backend), backend.cause ?? '']
    .join(' ')
    .toLowerCase()
  return filter
    .toLowerCase()
    .split(' ')
    .every(word => text.includes(word))
}

function compare(a: Row, b: Row, { sort, traffic }: Selection): number {
  const bytes = ({ key }: Row): number => latest(traffic.rates.get(key) ?? []).bytes
  switch (sort) {
    case 'state':
      return severity(a.backend) - severity(b.backend)
    case 'sessions':
      return b.backend.sessionsActive - a.backend.sessionsActive
    case 'bytes':
      return bytes(b) - bytes(a)
    default:
      return a.backend.name.localeCompare(b.backend.name, 'en', { numeric: true })
  }
}

/** What needs a look comes first. */
function severity({ health, state }: BackendView): number {
  if (health === 'down') return 0
  return state === 'ready' ? (health === 'unknown' ? 2 : 3) : 1
}
