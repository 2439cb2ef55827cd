import type { BackendName } from './backend.js'
import type { Failover } from './failover.js'
import type { Cause, Health } from './health.js'
import type { EndReason, Protocol, Refusal } from './outcome.js'

export interface ListeningFact {
  readonly service: string
  /** The listener as configured. */
  readonly listener: string
  /** The bound address, or the path of a unix socket. */
  readonly address: string
  /** The bound port; undefined for a unix socket. */
  readonly port: number | undefined
}

/** The admin server listens, or an operator changed something. */
export interface AdminFact {
  readonly action: string
  readonly [field: string]: unknown
}

export interface BackendStateFact {
  readonly service: string
  readonly backend: BackendName
  readonly from: Health['kind']
  readonly to: Health['kind']
  /** Why it left; undefined when it did not leave. */
  readonly cause: Cause | undefined
  /** What the deciding result said, in words. */
  readonly reason: string
  /** Consecutive results that decided. */
  readonly streak: number
  /** How long the deciding probe took; undefined when a client's connection decided. */
  readonly durationMs: number | undefined
}

export interface FailoverFact {
  readonly service: string
  readonly from: Failover['kind']
  readonly to: Failover['kind']
}

export interface ProbeFact {
  readonly service: string
  readonly backend: BackendName
  readonly ok: boolean
  readonly durationMs: number
}

export interface SessionFact {
  readonly service: string
  readonly protocol: Protocol
  readonly client: string
  readonly backend: BackendName
  readonly reason: EndReason
  /** Time from accept to an established backend connection; 0 for UDP. */
  readonly connectMs: number
  readonly durationMs: number
  readonly bytesToBackend: number
  readonly bytesToClient: number
  /** Connection attempts it took; 1 for UDP. */
  readonly attempts: number
}

export interface RefusedFact {
  readonly service: string
  readonly protocol: Protocol
  readonly reason: Refusal
  readonly client: string
}

/** A data thread ended because of a bug, or because it ran out of memory. */
export interface WorkerFailedFact {
  /** Its number, from 1 on. */
  readonly worker: number
  /** What ended it, as the runtime shows it. */
  readonly error: string
  /** Sessions and clients that ended with it. */
  readonly sessions: number
}

/** A data thread serves in the place of one that failed. */
export interface WorkerReplacedFact {
  readonly worker: number
  /** From the end of the old one. */
  readonly afterMs: number
}

/** The configuration was read again and is in force; what changed, by name. */
export interface ConfigReloadedFact {
  /** What was read: the path of the config file, or `flags`. */
  readonly source: string
  readonly [field: string]: unknown
}

/** The configuration was read again and could not be used: the old one stays in force. */
export interface ConfigRejectedFact {
  readonly source: string
  /** In one line, with the path of the value. */
  readonly reason: string
}

/** The facts worth telling. Whoever tells them (log, metrics, journal) implements this; nothing flows back. */
export interface Observer {
  listening(fact: ListeningFact): void
  admin(fact: AdminFact): void
  ready(): void
  backendState(fact: BackendStateFact): void
  failover(fact: FailoverFact): void
  probe(fact: ProbeFact): void
  session(fact: SessionFact): void
  /** `times` clients were refused for the same reason; the fact is the last of them. */
  refused(fact: RefusedFact, times: number): void
  workerFailed(fact: WorkerFailedFact): void
  workerReplaced(fact: WorkerReplacedFact): void
  configReloaded(fact: ConfigReloadedFact): void
  configRejected(fact: ConfigRejectedFact): void
  draining(graceMs: number): void
  stopped(): void
  /** Something an operator should look at although the process goes on; once per cause. */
  warning(message: string, fields: Readonly<Record<string, unknown>>): void
}
