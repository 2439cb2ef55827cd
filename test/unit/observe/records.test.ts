import t from 'tap'
import { recorder, type EventRecord } from '../../../src/observe/records.js'
import {
  CAME_UP,
  FACTS,
  LISTENING,
  PROBE,
  SESSION,
  tellAll,
  WENT_DOWN,
  WORKER_REPLACED,
} from '../../fixtures/facts.js'

/** The records of what is told. */
function recorded(tell: (observer: ReturnType<typeof recorder>) => void): readonly EventRecord[] {
  const records: EventRecord[] = []
  tell(recorder(record => records.push(record)))
  return records
}

t.test('each fact has a record with its event, its level and its words', t => {
  const records = recorded(tellAll)
  t.equal(records.length, FACTS.length)
  t.strictSame(
    records.map(({ level, event }) => [level, event]),
    [
      ['info', 'listening'],
      ['info', 'admin'],
      ['info', 'ready'],
      ['warn', 'backend-state'],
      ['warn', 'failover'],
      ['debug', 'probe'],
      ['info', 'session'],
      ['info', 'refused'],
      ['error', 'worker-failed'],
      ['info', 'worker-replaced'],
      ['info', 'config-reloaded'],
      ['error', 'config-rejected'],
      ['info', 'draining'],
      ['info', 'stopped'],
      ['warn', 'warning'],
    ],
  )
  for (const { message } of records) t.match(message, /^\S.*\S$/)
  t.end()
})

t.test('what has no value is null, and durations are to the microsecond', t => {
  const [unix, up, down, probe, session, replaced] = recorded(observer => {
    observer.listening({ ...LISTENING, port: undefined })
    observer.backendState(CAME_UP)
    observer.backendState(WENT_DOWN)
    observer.probe({ ...PROBE, durationMs: 1.00049 })
    observer.session(SESSION)
    observer.workerReplaced(WORKER_REPLACED)
  })
  t.match(unix?.fields, { port: null })
  t.match(up, { level: 'info', fields: { cause: null, durationMs: null } })
  t.match(down?.fields, { cause: 'dead', durationMs: 1.235 })
  t.match(probe?.fields, { durationMs: 1 })
  t.match(session?.fields, { connectMs: 0.5, durationMs: 12.25 })
  t.match(replaced?.fields, { afterMs: 45.679 })
  t.end()
})

t.test('the level of a failover says how bad it is', t => {
  const records = recorded(observer => {
    for (const to of ['primary', 'returning', 'backup', 'none'] as const)
      observer.failover({ service: 's', from: 'primary', to })
  })
  t.strictSame(
    records.map(({ level }) => level),
    ['info', 'info', 'warn', 'error'],
  )
  t.end()
})
