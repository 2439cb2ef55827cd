import type { Millis } from '../clock.js'
import type { AdminState, Backend } from './backend.js'
import type { Failover } from './failover.js'
import type { EndReason } from './outcome.js'

/** Why the sessions of a backend were revoked. */
export type RevokeReason = Extract<EndReason, 'backend-down' | 'backend-drained' | 'killed'>

/** A backend as the data path sees it. */
export interface BackendSnapshot {
  readonly backend: Backend
  readonly admin: AdminState
  /** False while its health is `down`: UDP sessions follow `udp-on-down` then. */
  readonly healthy: boolean
  /** May be given to new clients of its tier: healthy and `ready`. */
  readonly eligible: boolean
  /** Its weight, less while a slow start lasts; above 0. */
  readonly effectiveWeight: number
  /** Smoothed time its passes take, and how many there were; undefined before the first one. */
  readonly probeTime: { readonly average: Millis; readonly count: number } | undefined
  /** The last time its TCP sessions were to be reset. The number rises with each time; undefined = never. */
  readonly revocation: { readonly count: number; readonly reason: RevokeReason } | undefined
}

/**
 * All that the data path knows of a service's backends: plain data, replaced as a whole, fit to cross a thread
 * boundary. Backends stand in the order they were configured in.
 */
export interface Snapshot {
  readonly failover: Failover['kind']
  readonly backends: readonly BackendSnapshot[]
}
