import type { Millis } from '../clock.js'
import type { AdminState, Backend, DeadlineAction } from './backend.js'
import { isEligible, UNKNOWN, type Health } from './health.js'
import { smooth } from './latency.js'
import type { BackendSnapshot, RevokeReason } from './snapshot.js'

/** A probe's result as it is remembered. */
export interface ProbeRecord {
  /** Wall-clock milliseconds since 1970. */
  readonly at: number
  readonly ok: boolean
  readonly durationMs: number
  readonly reason: string
}

/** The end of a drain or a maintenance. */
export interface Deadline {
  readonly due: Millis
  /** The same moment in wall-clock milliseconds since 1970, for people. */
  readonly at: number
  readonly then: DeadlineAction
}

/** All that is known of one backend of a table. */
export interface Row {
  backend: Backend
  admin: AdminState
  health: Health
  /** Removed from the service: in `drain` until its last session is over, and nothing else ever. */
  isLeaving: boolean
  /** When its time in `drain` or `maintenance` is over; undefined = not before an operator says so. */
  deadline: Deadline | undefined
  /** When it went down; what a passive failure took down is `unknown` again some time later. */
  downSince: Millis | undefined
  /** When its slow start began; undefined = it has its full weight. */
  rampSince: Millis | undefined
  lastProbe: ProbeRecord | undefined
  probeTime: BackendSnapshot['probeTime']
  revocation: BackendSnapshot['revocation']
}

/** The row of a backend of which nothing is known yet. */
export function newRow(backend: Backend): Row {
  return {
    backend,
    admin: backend.state,
    health: UNKNOWN,
    isLeaving: false,
    deadline: undefined,
    downSince: undefined,
    rampSince: undefined,
    lastProbe: undefined,
    probeTime: undefined,
    revocation: undefined,
  }
}

/** Whether new clients may be sent there, if its tier serves. */
export function isServing(row: Row): boolean {
  return row.admin === 'ready' && isEligible(row.health)
}

/** Has the sessions of a backend end, once more. */
export function revoke(row: Row, reason: RevokeReason): void {
  row.revocation = { count: (row.revocation?.count ?? 0) + 1, reason }
}

/** Takes in the time that a pass took. */
export function measure(row: Row, durationMs: Millis): void {
  const { average, count = 0 } = row.probeTime ?? {}
  row.probeTime = { average: smooth(average, durationMs), count: count + 1 }
}
