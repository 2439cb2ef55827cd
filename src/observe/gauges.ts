import type { AdminState, BackendName } from '../core/backend.js'
import type { Failover } from '../core/failover.js'
import type { Health } from '../core/health.js'
import { gauge } from './family.js'
import type { Family, Sample } from './family.js'

/** What the gauges of one backend show. */
export interface BackendGauges {
  readonly name: BackendName
  readonly health: Health['kind']
  readonly admin: AdminState
  /** Its weight, less while a slow start lasts. */
  readonly effectiveWeight: number
}

/** What the gauges of one service show: the state at the time of a scrape. */
export interface ServiceGauges {
  readonly service: string
  readonly failover: Failover['kind']
  readonly backends: readonly BackendGauges[]
}

const HEALTH: readonly Health['kind'][] = ['unknown', 'up', 'down']
const ADMIN: readonly AdminState[] = ['ready', 'drain', 'maintenance']
const FAILOVER: readonly Failover['kind'][] = ['primary', 'backup', 'returning', 'none']

/** The state of every service and backend as metrics; of the series that stand for states, the current one is 1. */
export function stateFamilies(services: readonly ServiceGauges[]): readonly Family[] {
  const backends = services.flatMap(({ service, backends }) =>
    backends.map(backend => ({ labels: { service, backend: backend.name }, backend })),
  )
  return [
    gauge(
      'evenkeel_backend_up',
      'Whether the backend is eligible by its health.',
      backends.map(({ labels, backend }) => ({ labels, value: backend.health === 'down' ? 0 : 1 })),
    ),
    gauge(
      'evenkeel_backend_state',
      'The health of the backend: the current state is 1.',
      backends.flatMap(({ labels, backend }) => states(labels, HEALTH, backend.health)),
    ),
    gauge(
      'evenkeel_backend_admin_state',
      'What the operator wants of the backend: the current state is 1.',
      backends.flatMap(({ labels, backend }) => states(labels, ADMIN, backend.admin)),
    ),
    gauge(
      'evenkeel_backend_weight',
      'The weight of the backend, less while a slow start lasts.',
      backends.map(({ labels, backend }) => ({ labels, value: backend.effectiveWeight })),
    ),
    gauge(
      'evenkeel_failover_state',
      'The tier that serves: the current state is 1.',
      services.flatMap(({ service, failover }) => states({ service }, FAILOVER, failover)),
    ),
  ]
}

function states(labels: Sample['labels'], all: readonly string[], current: string): Sample[] {
  return all.map(state => ({ labels: { ...labels, state }, value: state === current ? 1 : 0 }))
}
