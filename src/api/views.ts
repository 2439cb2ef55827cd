import type { AdminState, BackendName, DeadlineAction } from '../core/backend.js'
import type { Failover } from '../core/failover.js'
import type { Cause, Health } from '../core/health.js'
import type { Listener, Service } from '../core/service.js'

// What the admin API answers with, for whoever serves it and whoever reads it. What is not set is null.

export interface ProbeView {
  /** ISO 8601, UTC. */
  readonly at: string
  readonly ok: boolean
  readonly durationMs: number
  readonly reason: string
}

export interface DeadlineView {
  /** ISO 8601, UTC. */
  readonly at: string
  readonly then: DeadlineAction
}

/** A backend as the admin API shows it. */
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
  /** Payload since the start. */
  readonly bytesToBackend: number
  readonly bytesToClient: number
  readonly lastProbe: ProbeView | null
  readonly deadline: DeadlineView | null
}

/** A backend that was removed and still has sessions. */
export interface LeavingView {
  readonly name: BackendName
  readonly address: string
  readonly sessionsActive: number
}

/** A listener as it is bound: `address` is the path of a unix socket, which has no port. */
export interface ListenerView {
  readonly protocol: Listener['protocol']
  readonly address: string
  readonly port: number | null
}

/** A service as the admin API shows it, its backends in the order of the configuration. */
export interface ServiceView {
  readonly name: string
  readonly balance: Service['balance']
  readonly datapath: string
  readonly failover: Failover['kind']
  readonly listeners: readonly ListenerView[]
  readonly backends: readonly BackendView[]
  readonly leaving: readonly LeavingView[]
}

/**
 * Where a value comes from: a flag, the config file, a change through the admin API, what evenkeel derived from the
 * machine (limits from the open files), or nobody said anything.
 */
export type ValueOrigin = 'default' | 'flag' | 'file' | 'derived' | 'api'

/** A service with the whole configuration that is in force. */
export interface ServiceDetail extends ServiceView {
  /** In the shape of a service in a config file. */
  readonly config: Readonly<Record<string, unknown>>
  /** By the path of the value in `config`, such as `balance`, `probe.interval` or `backends.db1.weight`. */
  readonly origins: Readonly<Record<string, ValueOrigin>>
}

export interface CandidateView {
  readonly name: BackendName
  readonly eligible: boolean
  /** In words: why it was chosen, why another one was better, or why it was not looked at. */
  readonly why: string
  /** What the algorithm compared; null where it looked at nothing. */
  readonly score: number | null
}

/** Which backend a client would get, and why. */
export interface ExplanationView {
  readonly service: string
  readonly client: string
  readonly algorithm: Service['balance']
  readonly backend: BackendName | null
  readonly candidates: readonly CandidateView[]
}

/** Numbers over time. Each list has one entry per entry of `times`; null where the thing did not exist or was not measured. */
export interface SeriesView {
  readonly name: string
  /** Sessions at that time. */
  readonly sessions: readonly (number | null)[]
  /** New sessions a second. */
  readonly connections: readonly (number | null)[]
  /** Bytes a second. */
  readonly bytesToBackend: readonly (number | null)[]
  readonly bytesToClient: readonly (number | null)[]
}

export interface BackendSeriesView extends SeriesView {
  /** How long the last probe took, in milliseconds. */
  readonly probeMs: readonly (number | null)[]
}

export interface ServiceSeriesView extends SeriesView {
  readonly backends: readonly BackendSeriesView[]
}

/** The last 15 minutes. */
export interface HistoryView {
  readonly stepMs: number
  /** Milliseconds since 1970, oldest first; none before the start of the process. */
  readonly times: readonly number[]
  readonly services: readonly ServiceSeriesView[]
}

/** The message `services` of the live stream: sent each second and right after each event. */
export interface LiveView {
  /** ISO 8601, UTC. */
  readonly at: string
  readonly services: readonly ServiceView[]
}

/** One event of the journal: the same object as the line of the log. */
export interface JournalEntry {
  /** Rises by one with each entry. */
  readonly id: number
  /** ISO 8601, UTC. */
  readonly time: string
  readonly level: string
  readonly event: string
  readonly msg: string
  readonly [field: string]: unknown
}

/** What a reload changed, by name. */
export interface ReloadView {
  readonly services: {
    readonly added: readonly string[]
    readonly removed: readonly string[]
    readonly changed: readonly string[]
  }
  /** `service/backend`. */
  readonly backends: {
    readonly added: readonly string[]
    readonly removed: readonly string[]
    readonly changed: readonly string[]
  }
  readonly listeners: { readonly added: readonly string[]; readonly removed: readonly string[] }
}

/** The body of a refusal, as RFC 9457 has it. */
export interface ProblemView {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  /** The path of the value that is wrong, such as `weight`. */
  readonly path?: string
}
