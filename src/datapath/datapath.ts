import type { Millis } from '../clock.js'
import type { BackendName } from '../core/backend.js'
import type { Explanation } from '../core/explanation.js'
import type { Observation } from '../core/health.js'
import type { ListeningFact } from '../core/observer.js'
import type { Service } from '../core/service.js'
import type { Snapshot } from '../core/snapshot.js'
import type { ServiceStats } from '../core/stats.js'
import type { Client } from '../core/strategy/strategy.js'

/** What holds for all services together. */
export interface Terms {
  /** Whether each finished session is told. */
  readonly accessLog: boolean
  /** Descriptors that all sessions may have at a time: two for TCP, one for UDP. */
  readonly descriptors: number
}

/** What moves the bytes. The control path knows no more of it than this. */
export interface DataPath {
  /** Binds every listener or none; rejects with a {@link BindError} or a {@link ThreadStartError}. Publish each service's first snapshot before. */
  start(): Promise<readonly ListeningFact[]>
  /**
   * Follows a change of the configuration, or stays as it is and rejects with a {@link BindError} or a
   * {@link ThreadStartError}. Listeners that stay where they are keep their sockets, and all sessions live on. Publish the
   * first snapshot of each new service before. One call at a time, after {@link start}. Resolves with all listeners.
   */
  reconfigure(services: readonly Service[], terms: Terms): Promise<readonly ListeningFact[]>
  /** Replaces what is known of a service's backends; takes effect with the next pick. */
  publish(service: string, snapshot: Snapshot): void
  /** Resolves when what was published until now is in force; undefined = it is, or will be before the next client comes. */
  settled(): Promise<void> | undefined
  /** Sessions of a backend at this moment, connects under way included, also those of a service that was removed. */
  held(service: string, backend: BackendName): number
  /** A service that was removed has no session any more: what it counted is forgotten. */
  forget(service: string): void
  /** Which backend a client would be given now; undefined for a service that is not there, or when nobody says in time. */
  explain(service: string, client: Client): Promise<Explanation | undefined>
  /** Takes no new client from now on; resolves when none can come any more. */
  close(): Promise<void>
  /** Closes, and resolves when the last session ended, or `grace` later when the rest was reset. */
  stop(grace: Millis): Promise<void>
  /** Ends a pending {@link stop} now: resets every session. */
  abort(): void
  stats(): Promise<readonly ServiceStats[]>
}

/** What a client's connection says of a backend, for the passive health check. */
export type PassiveReport = (service: string, backend: BackendName, seen: Observation) => void

/** A data thread that could not start, or did not follow in time. */
export class ThreadStartError extends Error {
  override readonly name = 'ThreadStartError'
}

/** A listener that could not be bound. */
export class BindError extends Error {
  override readonly name = 'BindError'

  /** @param listener as configured @param code the system's error code, such as EADDRINUSE */
  constructor(
    readonly listener: string,
    readonly code: string,
    options?: ErrorOptions,
  ) {
    super(`${listener}: ${code}`, options)
  }
}
