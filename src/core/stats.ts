import type { BackendName } from './backend.js'
import type { Drop, EndReason, Protocol, Refusal } from './outcome.js'

/** A cumulative histogram in plain numbers: `counts[i]` observations were at most `bounds[i]`; `count` is all of them. */
export interface HistogramStats {
  readonly bounds: readonly number[]
  readonly counts: readonly number[]
  readonly count: number
  readonly sum: number
}

/** What the sessions of one protocol on one backend did since the process started. */
export interface SessionStats {
  readonly total: number
  readonly active: number
  readonly closed: Readonly<Partial<Record<EndReason, number>>>
  readonly bytesToBackend: number
  readonly bytesToClient: number
}

export interface BackendStats {
  readonly backend: BackendName
  readonly sessions: Readonly<Record<Protocol, SessionStats>>
  readonly datagramsToBackend: number
  readonly datagramsToClient: number
  /** By error code, such as ECONNREFUSED or ETIMEDOUT. */
  readonly connectErrors: Readonly<Record<string, number>>
}

/** The counters of a service: plain data that can cross a thread boundary. They never go backwards. */
export interface ServiceStats {
  readonly service: string
  readonly refused: Readonly<Record<Protocol, Readonly<Partial<Record<Refusal, number>>>>>
  readonly dropped: Readonly<Partial<Record<Drop, number>>>
  /** Seconds. */
  readonly connectDuration: HistogramStats
  /** Seconds. */
  readonly sessionDuration: Readonly<Record<Protocol, HistogramStats>>
  readonly backends: readonly BackendStats[]
}
