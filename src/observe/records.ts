import type { Observer } from '../core/observer.js'
import {
  adminMessage,
  backendStateMessage,
  configRejectedMessage,
  configReloadedMessage,
  failoverMessage,
  listeningMessage,
  milliseconds,
  probeMessage,
  refusedMessage,
  sessionMessage,
  workerFailedMessage,
  workerReplacedMessage,
} from './messages.js'

/** What is written of a fact, wherever it is written. */
export interface EventRecord {
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly event: string
  /** Those without a value are null. */
  readonly fields: object
  /** The fact in words. */
  readonly message: string
}

/**
 * An observer that gives `take` the record of each fact. The number with a refusal is how many of its kind were not told
 * before it, itself included.
 */
export function recorder(take: (record: EventRecord) => void): Observer {
  const record = (level: EventRecord['level'], event: string, fields: object, message: string): void =>
    take({ level, event, fields, message })
  return {
    listening: fact =>
      record('info', 'listening', { ...fact, port: fact.port ?? null }, listeningMessage(fact)),
    admin: fact => record('info', 'admin', fact, adminMessage(fact)),
    ready: () => record('info', 'ready', {}, 'ready'),
    backendState: fact => {
      const { to, cause, durationMs } = fact
      const took = durationMs === undefined ? null : milliseconds(durationMs)
      const fields = { ...fact, cause: cause ?? null, durationMs: took }
      record(to === 'down' ? 'warn' : 'info', 'backend-state', fields, backendStateMessage(fact))
    },
    failover: fact => {
      const level = fact.to === 'none' ? 'error' : fact.to === 'backup' ? 'warn' : 'info'
      record(level, 'failover', fact, failoverMessage(fact))
    },
    probe: fact => {
      const fields = { ...fact, durationMs: milliseconds(fact.durationMs) }
      record('debug', 'probe', fields, probeMessage(fact))
    },
    session: fact => {
      const times = { connectMs: milliseconds(fact.connectMs), durationMs: milliseconds(fact.durationMs) }
      record('info', 'session', { ...fact, ...times }, sessionMessage(fact))
    },
    refused: (fact, suppressed) =>
      record('info', 'refused', { ...fact, suppressed }, refusedMessage(fact, suppressed)),
    workerFailed: fact => record('error', 'worker-failed', fact, workerFailedMessage(fact)),
    workerReplaced: fact => {
      const fields = { ...fact, afterMs: milliseconds(fact.afterMs) }
      record('info', 'worker-replaced', fields, workerReplacedMessage(fact))
    },
    configReloaded: fact => record('info', 'config-reloaded', fact, configReloadedMessage(fact)),
    configRejected: fact => record('error', 'config-rejected', fact, configRejectedMessage(fact)),
    draining: graceMs => {
      const seconds = milliseconds(graceMs) / 1000
      record('info', 'draining', { graceMs }, `draining: sessions have ${seconds} s to finish`)
    },
    stopped: () => record('info', 'stopped', {}, 'stopped'),
    warning: (message, fields) => record('warn', 'warning', fields, message),
  }
}
