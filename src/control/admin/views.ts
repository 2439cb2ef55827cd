import type { BackendView, LeavingView, ListenerView, ServiceView } from '../../api/views.js'
import { formatEndpoint, type Backend } from '../../core/backend.js'
import type { Failover } from '../../core/failover.js'
import type { ListeningFact } from '../../core/observer.js'
import type { Listener, Service } from '../../core/service.js'
import type { BackendStats, ServiceStats, SessionStats } from '../../core/stats.js'
import type { BackendStatus } from '../../core/table.js'

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
    backends: backends
      .filter(({ isLeaving }) => !isLeaving)
      .map(status => backendView(status, counted.get(status.backend.name))),
    leaving: backends
      .filter(({ isLeaving }) => isLeaving)
      .map(({ backend }) => leavingView(backend, counted.get(backend.name))),
  }
}

/** The view of a backend; `stats` is undefined while nothing was counted for it. */
export function backendView(status: BackendStatus, stats: BackendStats | undefined): BackendView {
  const { backend, lastProbe, deadline } = status
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
    sessionsActive: sum(stats, sessions => sessions.active),
    sessionsTotal: sum(stats, sessions => sessions.total),
    bytesToBackend: sum(stats, sessions => sessions.bytesToBackend),
    bytesToClient: sum(stats, sessions => sessions.bytesToClient),
    lastProbe: lastProbe === undefined ? null : { ...lastProbe, at: iso(lastProbe.at) },
    deadline: deadline === undefined ? null : { at: iso(deadline.at), then: deadline.then },
  }
}

function leavingView({ name, endpoint }: Backend, stats: BackendStats | undefined): LeavingView {
  return {
    name,
    address: formatEndpoint(endpoint),
    sessionsActive: sum(stats, sessions => sessions.active),
  }
}

function iso(wallTime: number): string {
  return new Date(wallTime).toISOString()
}

function sum(stats: BackendStats | undefined, of: (sessions: SessionStats) => number): number {
  return stats === undefined ? 0 : of(stats.sessions.tcp) + of(stats.sessions.udp)
}

function listenerView(fact: ListeningFact, configured: readonly Listener[]): ListenerView {
  const protocol = configured.find(({ url }) => url === fact.listener)?.protocol ?? 'tcp'
  return { protocol, address: fact.address, port: fact.port ?? null }
}
