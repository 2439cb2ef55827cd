import { pino } from 'pino'
import type { DestinationStream, LevelWithSilent, Logger } from 'pino'
import type { Clock } from '../clock.js'
import type { Observer } from '../core/observer.js'
import { prettyLine } from './pretty.js'
import { recorder } from './records.js'
import { RefusalLimit } from './refusals.js'
import type { Sink } from './sink.js'

export interface LogOptions {
  readonly level: LevelWithSilent
  /** `pretty` is for people: one coloured line per event. */
  readonly format: 'json' | 'pretty'
  /** Stays the caller's, who flushes it. */
  readonly sink: Sink
  readonly clock: Clock
}

/** A log that may become quieter or more talkative while it is written. */
export interface Log {
  readonly observer: Observer
  readonly setLevel: (level: LevelWithSilent) => void
}

/** The log: one line per fact, with the name of the event in `event`; fields without a value are null. */
export async function createLog({ level, format, sink, clock }: LogOptions): Promise<Log> {
  const destination = format === 'pretty' ? await prettified(sink) : sink
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  }
  const logger = pino(options, destination)
  return { observer: lines(logger, clock), setLevel: next => (logger.level = next) }
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

/** What a record looks like as a line, but for its time and level: no field can pass it off as another event. */
function lines(logger: Logger, clock: Clock): Observer {
  const recorded = recorder(({ level, event, fields, message }) =>
    logger[level](Object.assign({ event }, fields, { event }), message),
  )
  const refusals = new RefusalLimit(clock, (fact, suppressed) => recorded.refused(fact, suppressed))
  return {
    ...recorded,
    probe: fact => {
      if (logger.isLevelEnabled('debug')) recorded.probe(fact)
    },
    refused: (fact, times) => {
      if (logger.isLevelEnabled('info')) refusals.refused(fact, times)
    },
    stopped: () => {
      refusals.stop()
      recorded.stopped()
    },
  }
}
