import { formatEndpoint } from '../../core/backend.js'
import type { AdminState, BackendName } from '../../core/backend.js'
import type { Failover } from '../../core/failover.js'
import type { Cause, Health } from '../../core/health.js'
import type { ListeningFact } from '../../core/observer.js'
import type { Listener, Service } from '../../core/service.js'
import type { BackendStats, ServiceStats } from '../../core/stats.js'
import type { BackendStatus } from '../../core/table.js'

export interface ProbeView {
  /** ISO 8601, UTC. */
  readonly at: string
  readonly ok: boolean
  readonly durationMs: number
  readonly reason: string
}

/** A backend as the admin API shows it; what is not set is null. */
export interface BackendView {
  readonly name: BackendName
  readonly address: string
  readonly weight: number
  readonly effectiveWeight: number
  readonly backup: boolean
  readonly maxConnections: number | null
  readonly state: AdminState
  readonly health: Health['kind']
  readonly cause: Cause | null
  readonly sessionsActive: number
  readonly sessionsTotal: number
  readonly lastProbe: ProbeView | null
}

/** A listener as it is bound: `address` is the path of a unix socket, which has no port. */
export interface ListenerView {
  readonly protocol: Listener['protocol']
  readonly address: string
  readonly port: number | null
}

/** A service as the admin API shows it. */
export interface ServiceView {
  readonly name: string
  readonly balance: Service['balance']
  readonly datapath: string
  readonly failover: Failover['kind']
  readonly listeners: readonly ListenerView[]
  readonly backends: readonly BackendView[]
}

/** What there is to know of a service at one moment. */
export interface ServiceState {
  readonly service: Pick<Service, 'name' | 'balance' | 'listeners'>
  readonly datapath: string
  readonly failover: Failover['kind']
  /** Its bound listeners. */
  readonly listening: readonly ListeningFact[]
  readonly backends: readonly BackendStatus[]
  /** undefined = the data path has counted nothing for it yet. */
  readonly stats: ServiceStats | undefined
}

/** The view of a service with its backends in the order they are given in. */
export function serviceView({
  service,
  datapath,
  failover,
  listening,
  backends,
  stats,
}: ServiceState): ServiceView {
  const counted = new Map(stats?.backends.map(backend => [backend.backend, backend]))
  return {
    name: service.name,
    balance: service.balance,
    datapath,
    failover,
    listeners: listening.map(fact => listenerView(fact, service.listeners)),
    backends: backends.map(status => backendView(status, counted.get(status.backend.name))),
  }
}

/** The view of a backend; `stats` is undefined while nothing was counted for it. */
export function backendView(status: BackendStatus, stats: BackendStats | undefined): BackendView {
  const { backend, lastProbe } = status
  return {
    name: backend.name,
    address: formatEndpoint(backend.endpoint),
    weight: backend.weight,
    effectiveWeight: status.effectiveWeight,
    backup: backend.backup,
    maxConnections: backend.maxConnections ?? null,
    state: status.admin,
    health: status.health,
    cause: status.cause ?? null,
    sessionsActive: stats === undefined ? 0 : stats.sessions.tcp.active + stats.sessions.udp.active,
    sessionsTotal: stats === undefined ? 0 : stats.sessions.tcp.total + stats.sessions.udp.total,
    lastProbe: lastProbe === undefined ? null : { ...lastProbe, at: new Date(lastProbe.at).toISOString() },
  }
}

function listenerView(fact: ListeningFact, configured: readonly Listener[]): ListenerView {
  const protocol = configured.find(({ url }) => url === fact.listener)?.protocol ?? 'tcp'
  return { protocol, address: fact.address, port: fact.port ?? null }
}
