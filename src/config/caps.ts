import type { ServiceConfig } from './config.js'
import { DEFAULTS } from './defaults.js'
import { shareFairly, type Share } from './fair-share.js'
import { MOST } from './scalar.js'

/** What caps depend on of a service. */
export type CapsRequest = Pick<
  ServiceConfig,
  'name' | 'listeners' | 'backends' | 'maxConnections' | 'maxUdpSessions' | 'paths'
>

/** The session limits of one service. */
export interface ServiceCaps {
  readonly maxConnections: number
  readonly maxUdpSessions: number
}

/** The flag that sets a limit. */
export type CapFlag = '--max-connections' | '--max-udp-sessions'

/** A limit that was asked for and does not fit the descriptors there are. */
export interface CapsWarning {
  readonly service: string
  readonly flag: CapFlag
  /** Where the limit was given. */
  readonly path: string
  readonly asked: number
  readonly allowed: number
}

/** The limits of each service by its name, and those that are lower than what was asked for. */
export interface Caps {
  /** Descriptors that all sessions together may have: those that outlive a change of the limits count as well. */
  readonly descriptors: number
  readonly services: ReadonlyMap<string, ServiceCaps>
  readonly warnings: readonly CapsWarning[]
}

/** Descriptors of one session: a TCP session has two sockets; a UDP session one, since clients share the listener. */
const TCP_COST = 2
const UDP_COST = 1

/** The connections that the admin server may have at a time. */
export const MOST_ADMIN_CONNECTIONS = 32

const MOST_PROBES = 64
/** Its connections, its listener, and a new connection until an old one is closed for it. */
const ADMIN_RESERVE = MOST_ADMIN_CONNECTIONS + 2
const RUNTIME_RESERVE = 28
/** What the event loop of a data thread has open. */
const THREAD_RESERVE = 8
const WILDCARD_RESERVE = 16

/**
 * Session limits that keep the process below its limit of open files, with a reserve for probes, admin, listeners and
 * the runtime. The rest is shared by TCP and UDP in halves and by their services in equal parts; what one does not
 * ask for goes to the others. A limit is never below 1. Each of the `workers` data threads has listeners of its own.
 */
export function deriveCaps(fdLimit: number, requests: readonly CapsRequest[], workers: number): Caps {
  const budget = Math.max(0, Math.min(fdLimit, MOST) - reserve(requests, workers))
  const demands = [requests.filter(usesTcp).map(tcpDemand), requests.filter(usesUdp).map(udpDemand)]
  const grants = shareFairly(budget, demands, sumOfDescriptors).flatMap(({ item, part }) =>
    shareFairly(part, item, descriptors).map(grant),
  )
  const granted = (service: string, flag: CapFlag): number | undefined =>
    grants.find(other => other.service === service && other.flag === flag)?.allowed
  // What a service has no listener for costs nothing, so its limit stays as configured.
  const unused = Math.max(1, Math.floor(budget / TCP_COST))
  return {
    // Each service can have one of each in any case.
    descriptors: Math.max(budget, requests.length * (TCP_COST + UDP_COST)),
    services: new Map(
      requests.map(({ name, maxConnections = unused, maxUdpSessions }) => [
        name,
        {
          maxConnections: granted(name, '--max-connections') ?? maxConnections,
          maxUdpSessions: granted(name, '--max-udp-sessions') ?? maxUdpSessions,
        },
      ]),
    ),
    warnings: grants.flatMap(({ service, flag, path, asked, allowed }) =>
      asked !== undefined && asked > allowed ? [{ service, flag, path, asked, allowed }] : [],
    ),
  }
}

/** The limits where sessions have no descriptors: those that were asked for. */
export function unboundCaps(
  requests: readonly Pick<ServiceConfig, 'name' | 'maxConnections' | 'maxUdpSessions' | 'given'>[],
): Caps {
  return {
    descriptors: 0,
    services: new Map(
      requests.map(({ name, maxConnections = Infinity, maxUdpSessions, given }) => [
        name,
        { maxConnections, maxUdpSessions: given.has('maxUdpSessions') ? maxUdpSessions : Infinity },
      ]),
    ),
    warnings: [],
  }
}

interface Demand {
  readonly service: string
  readonly flag: CapFlag
  readonly path: string
  /** undefined = the limit is a default, which may be lowered without a word. */
  readonly asked: number | undefined
  readonly sessions: number
  readonly cost: number
}

function tcpDemand({ name, maxConnections: asked, paths }: CapsRequest): Demand {
  const flag = '--max-connections'
  return { service: name, flag, path: paths.maxConnections, asked, sessions: asked ?? MOST, cost: TCP_COST }
}

function udpDemand({ name, maxUdpSessions: sessions, paths }: CapsRequest): Demand {
  const asked = sessions === Number(DEFAULTS.maxUdpSessions) ? undefined : sessions
  const flag = '--max-udp-sessions'
  return { service: name, flag, path: paths.maxUdpSessions, asked, sessions, cost: UDP_COST }
}

function grant({ item, part }: Share<Demand>): Demand & { readonly allowed: number } {
  return { ...item, allowed: Math.max(1, Math.floor(part / item.cost)) }
}

function descriptors({ sessions, cost }: Demand): number {
  return sessions * cost
}

function sumOfDescriptors(demands: readonly Demand[]): number {
  return demands.reduce((sum, demand) => sum + descriptors(demand), 0)
}

/** A UDP listener on all addresses has a socket for each; how many there are shows only later. */
function socketsOf(listener: CapsRequest['listeners'][number]): number {
  if (listener.protocol !== 'udp') return 1
  return ['*', '::', '0.0.0.0'].includes(listener.host) ? WILDCARD_RESERVE : 1
}

function usesTcp({ listeners }: CapsRequest): boolean {
  return listeners.some(({ protocol }) => protocol !== 'udp')
}

function usesUdp({ listeners }: CapsRequest): boolean {
  return listeners.some(({ protocol }) => protocol === 'udp')
}

function reserve(requests: readonly CapsRequest[], workers: number): number {
  const backends = requests.reduce((sum, request) => sum + request.backends.length, 0)
  const sockets = requests.flatMap(({ listeners }) => listeners).map(socketsOf)
  const perWorker = THREAD_RESERVE + sockets.reduce((a, b) => a + b, 0)
  return Math.min(MOST_PROBES, backends) + ADMIN_RESERVE + workers * perWorker + RUNTIME_RESERVE
}
