import type { Protocol } from '../../core/outcome.js'

/**
 * The connection mark of a flow, which Linux keeps beside its entry in the connection table: the service in the upper 14
 * bits, the number of its backend in 14, the protocol in one, and what became of the flow in the lowest three. The keys of
 * the counters are made in the same way, with the kind of what is counted in the place of the state.
 */
export const SERVICE_MASK = 0xfffc0000
/** Service, backend and protocol: all but the state. */
export const FLOW_MASK = 0xfffffff8
/** Service, backend, protocol, and whether the flow is over. */
export const LIVING_MASK = 0xfffffffc
const SERVICE_SHIFT = 18
const BACKEND_SHIFT = 4
/** The largest number that a service and a backend can have; the least is 1. */
export const MOST_SERVICES = 0x3fff
export const MOST_BACKENDS = 0x3fff
/** Set for UDP. */
export const UDP_BIT = 0x8

/** What became of a flow. From `closed` on it is over: a session of UDP is not, because a datagram was refused. */
export const STATES = {
  open: 0,
  clientEnded: 1,
  backendEnded: 2,
  datagramRefused: 3,
  closed: 4,
  refused: 5,
} as const

/** Set in the states of flows that are over. */
export const OVER_BIT = 0x4

/** What is counted of the flows of a backend. */
export const KINDS = {
  /** Flows that were given to it. */
  given: 0,
  toBackend: 1,
  toClient: 2,
  /** TCP: both sides ended, the client first. */
  clientClosed: 3,
  backendClosed: 4,
  /** TCP: the client reset it. */
  clientAborted: 5,
  /** TCP: the backend reset it. UDP: datagrams that were dropped because the backend is down. */
  backendAborted: 6,
  /** The backend, or a router on the way there, answered the first packet with a refusal. */
  refused: 7,
} as const
export type Kind = keyof typeof KINDS

/** Why a new flow is refused: counted like the kinds of a backend with the number 0. */
export const REFUSAL_KINDS = {
  denied: 0,
  limit: 1,
  'client-limit': 2,
  rate: 3,
  'no-backend': 4,
} as const
export type RefusalKind = keyof typeof REFUSAL_KINDS

/** The mark of an open TCP flow of a backend; with the backend 0 that of none. */
export function markOf(service: number, backend: number, protocol: Protocol = 'tcp'): number {
  const bit = protocol === 'udp' ? UDP_BIT : 0
  return ((service << SERVICE_SHIFT) | (backend << BACKEND_SHIFT) | bit) >>> 0
}

/** A mark, or the key of a counter, taken apart. */
export interface Mark {
  readonly service: number
  readonly backend: number
  readonly protocol: Protocol
  /** The state of a flow, or the kind of a counter. */
  readonly low: number
}

export function readMark(mark: number): Mark {
  return {
    service: mark >>> SERVICE_SHIFT,
    backend: (mark >>> BACKEND_SHIFT) & MOST_BACKENDS,
    protocol: (mark & UDP_BIT) === 0 ? 'tcp' : 'udp',
    low: mark & 7,
  }
}

/** As rulesets show it. */
export function hex(mark: number): string {
  return `0x${(mark >>> 0).toString(16).padStart(8, '0')}`
}
