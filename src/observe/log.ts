import { pino } from 'pino'
import type { DestinationStream, LevelWithSilent, Logger } from 'pino'
import type { Clock } from '../clock.js'
import type {
  AdminFact,
  BackendStateFact,
  ConfigRejectedFact,
  ConfigReloadedFact,
  FailoverFact,
  ListeningFact,
  Observer,
  ProbeFact,
  RefusedFact,
  SessionFact,
  WorkerFailedFact,
  WorkerReplacedFact,
} from '../core/observer.js'
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
import { prettyLine } from './pretty.js'
import { RefusalLimit } from './refusals.js'
import type { Sink } from './sink.js'

export interface LogOptions {
  readonly level: LevelWithSilent
  /** `pretty` is for people: one coloured line per event. */
  readonly format: 'json' | 'pretty'
  /** Whether finished sessions are told. */
  readonly accessLog: boolean
  /** Stays the caller's, who flushes it. */
  readonly sink: Sink
  readonly clock: Clock
}

/** The log: one line per fact, with the name of the event in `event`; fields without a value are null. */
export async function createLog({ level, format, accessLog, sink, clock }: LogOptions): Promise<Observer> {
  const destination = format === 'pretty' ? await prettified(sink) : sink
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  }
  return new Log(pino(options, destination), accessLog, clock)
}

/** The formatter is loaded only here: a service's log is JSON, and its start need not wait for it. */
async function prettified(sink: Sink): Promise<DestinationStream> {
  const { default: prettier } = await import('pino-pretty')
  const format = prettier.prettyFactory({
    translateTime: 'SYS:HH:MM:ss.l',
    hideObject: true,
    messageFormat: prettyLine,
  })
  return { write: (line: string) => sink.write(format(line)) }
}

class Log implements Observer {
  readonly #logger: Logger
  readonly #accessLog: boolean
  readonly #refusals: RefusalLimit

  constructor(logger: Logger, accessLog: boolean, clock: Clock) {
    this.#logger = logger
    this.#accessLog = accessLog
    this.#refusals = new RefusalLimit(clock, (fact, suppressed) =>
      logger.info({ event: 'refused', ...fact, suppressed }, refusedMessage(fact, suppressed)),
    )
  }

  listening(fact: ListeningFact): void {
    this.#logger.info({ event: 'listening', ...fact, port: fact.port ?? null }, listeningMessage(fact))
  }

  admin(fact: AdminFact): void {
    this.#logger.info({ ...fact, event: 'admin' }, adminMessage(fact))
  }

  ready(): void {
    this.#logger.info({ event: 'ready' }, 'ready')
  }

  backendState(fact: BackendStateFact): void {
    const { cause, durationMs } = fact
    const took = durationMs === undefined ? null : milliseconds(durationMs)
    const fields = { event: 'backend-state', ...fact, cause: cause ?? null, durationMs: took }
    this.#logger[fact.to === 'down' ? 'warn' : 'info'](fields, backendStateMessage(fact))
  }

  failover(fact: FailoverFact): void {
    const level = fact.to === 'none' ? 'error' : fact.to === 'backup' ? 'warn' : 'info'
    this.#logger[level]({ event: 'failover', ...fact }, failoverMessage(fact))
  }

  probe(fact: ProbeFact): void {
    if (!this.#logger.isLevelEnabled('debug')) return
    const fields = { event: 'probe', ...fact, durationMs: milliseconds(fact.durationMs) }
    this.#logger.debug(fields, probeMessage(fact))
  }

  session(fact: SessionFact): void {
    if (!this.#accessLog) return
    const connectMs = milliseconds(fact.connectMs)
    const durationMs = milliseconds(fact.durationMs)
    this.#logger.info({ event: 'session', ...fact, connectMs, durationMs }, sessionMessage(fact))
  }

  refused(fact: RefusedFact, times: number): void {
    if (this.#logger.isLevelEnabled('info')) this.#refusals.refused(fact, times)
  }

  workerFailed(fact: WorkerFailedFact): void {
    this.#logger.error({ event: 'worker-failed', ...fact }, workerFailedMessage(fact))
  }

  workerReplaced(fact: WorkerReplacedFact): void {
    const afterMs = milliseconds(fact.afterMs)
    this.#logger.info({ event: 'worker-replaced', ...fact, afterMs }, workerReplacedMessage(fact))
  }

  configReloaded(fact: ConfigReloadedFact): void {
    this.#logger.info({ ...fact, event: 'config-reloaded' }, configReloadedMessage(fact))
  }

  configRejected(fact: ConfigRejectedFact): void {
    this.#logger.error({ event: 'config-rejected', ...fact }, configRejectedMessage(fact))
  }

  draining(graceMs: number): void {
    const seconds = milliseconds(graceMs) / 1000
    this.#logger.info({ event: 'draining', graceMs }, `draining: sessions have ${seconds} s to finish`)
  }

  stopped(): void {
    this.#refusals.stop()
    this.#logger.info({ event: 'stopped' }, 'stopped')
  }

  warning(message: string, fields: Readonly<Record<string, unknown>>): void {
    this.#logger.warn({ ...fields, event: 'warning' }, message)
  }
}
