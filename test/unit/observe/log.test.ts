import t from 'tap'
import { createLog, type Log, type LogOptions } from '../../../src/observe/log.js'
import type { Observer } from '../../../src/core/observer.js'
import {
  CAME_UP,
  LISTENING,
  PROBE,
  REFUSED,
  SESSION,
  WENT_DOWN,
  WORKER_FAILED,
  WORKER_REPLACED,
} from '../../fixtures/facts.js'
import { FakeClock } from '../../fixtures/fake-clock.js'
import { MemorySink } from '../../fixtures/memory-sink.js'

async function setUp(
  options: Partial<LogOptions> = {},
): Promise<{ log: Observer; setLevel: Log['setLevel']; sink: MemorySink; clock: FakeClock }> {
  const sink = new MemorySink()
  const clock = new FakeClock()
  const { observer, setLevel } = await createLog({ level: 'info', format: 'json', sink, clock, ...options })
  return { log: observer, setLevel, sink, clock }
}

t.test('each fact is one JSON line with the fields of its event', async t => {
  const { log, sink } = await setUp({ level: 'debug' })
  log.listening(LISTENING)
  log.listening({ ...LISTENING, listener: 'unix:/run/db', address: '/run/db', port: undefined })
  log.admin({ action: 'drain', backend: 'db1' })
  log.ready()
  log.backendState(WENT_DOWN)
  log.backendState(CAME_UP)
  log.failover({ service: 'postgres', from: 'primary', to: 'backup' })
  log.probe(PROBE)
  log.session(SESSION)
  log.refused(REFUSED, 1)
  log.workerFailed(WORKER_FAILED)
  log.workerReplaced(WORKER_REPLACED)
  log.draining(30_000)
  log.warning('few ports are left', { left: 3 })
  log.stopped()
  const events = sink.events.map(({ time: _time, ...event }) => event)
  t.strictSame(events, [
    {
      level: 'info',
      event: 'listening',
      service: 'postgres',
      listener: 'tcp://127.0.0.1:0',
      address: '127.0.0.1',
      port: 5432,
      msg: 'listening on tcp://127.0.0.1:5432',
    },
    {
      level: 'info',
      event: 'listening',
      service: 'postgres',
      listener: 'unix:/run/db',
      address: '/run/db',
      port: null,
      msg: 'listening on unix:/run/db',
    },
    { level: 'info', event: 'admin', action: 'drain', backend: 'db1', msg: 'admin drain: db1' },
    { level: 'info', event: 'ready', msg: 'ready' },
    {
      level: 'warn',
      event: 'backend-state',
      service: 'postgres',
      backend: 'db1',
      from: 'up',
      to: 'down',
      cause: 'dead',
      reason: 'connection refused (ECONNREFUSED)',
      streak: 3,
      durationMs: 1.235,
      msg: 'db1 is down: connection refused (ECONNREFUSED)',
    },
    {
      level: 'info',
      event: 'backend-state',
      service: 'postgres',
      backend: 'db1',
      from: 'down',
      to: 'up',
      cause: null,
      reason: 'connected',
      streak: 2,
      durationMs: null,
      msg: 'db1 is up again: connected',
    },
    {
      level: 'warn',
      event: 'failover',
      service: 'postgres',
      from: 'primary',
      to: 'backup',
      msg: 'no primary is up: backups serve',
    },
    {
      level: 'debug',
      event: 'probe',
      service: 'postgres',
      backend: 'db1',
      ok: true,
      durationMs: 2,
      msg: 'probe of db1 passed after 2 ms',
    },
    {
      level: 'info',
      event: 'session',
      service: 'postgres',
      protocol: 'tcp',
      client: '192.0.2.1:40000',
      backend: 'db1',
      reason: 'client-closed',
      connectMs: 0.5,
      durationMs: 12.25,
      bytesToBackend: 10,
      bytesToClient: 20,
      attempts: 1,
      msg: '192.0.2.1:40000 to db1: client-closed after 12.25 ms',
    },
    {
      level: 'info',
      event: 'refused',
      service: 'postgres',
      protocol: 'tcp',
      reason: 'no-backend',
      client: '192.0.2.1',
      suppressed: 0,
      msg: 'refused tcp client 192.0.2.1: no-backend',
    },
    {
      level: 'error',
      event: 'worker-failed',
      worker: 2,
      error: 'Error: out of luck\n    at somewhere',
      sessions: 3,
      msg: 'data thread 2 failed and ended 3 sessions: Error: out of luck',
    },
    {
      level: 'info',
      event: 'worker-replaced',
      worker: 2,
      afterMs: 45.679,
      msg: 'data thread 2 was replaced after 46 ms',
    },
    { level: 'info', event: 'draining', graceMs: 30_000, msg: 'draining: sessions have 30 s to finish' },
    { level: 'warn', event: 'warning', left: 3, msg: 'few ports are left' },
    { level: 'info', event: 'stopped', msg: 'stopped' },
  ])
  for (const line of sink.lines) t.match(line, /^\{.*\}\n$/, 'one line, with its end')
  for (const { time } of sink.events) t.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
})

t.test('the level of a failover says how bad it is', async t => {
  const { log, sink } = await setUp()
  for (const to of ['primary', 'returning', 'backup', 'none'] as const) {
    log.failover({ service: 's', from: 'primary', to })
  }
  t.strictSame(
    sink.events.map(({ level }) => level),
    ['info', 'info', 'warn', 'error'],
  )
})

t.test('probes are told only when debugging, which may begin at any time', async t => {
  const { log, setLevel, sink } = await setUp()
  log.probe(PROBE)
  t.strictSame(sink.lines, [])
  setLevel('debug')
  log.probe(PROBE)
  t.equal(sink.lines.length, 1)
})

t.test('what the level leaves out costs no timer', async t => {
  const { log, sink, clock } = await setUp({ level: 'warn' })
  log.refused(REFUSED, 1)
  log.ready()
  log.backendState(WENT_DOWN)
  t.equal(clock.timers, 0)
  t.strictSame(
    sink.events.map(({ event }) => event),
    ['backend-state'],
  )
})

t.test('a flood of refusals is two lines: the first, and a summary before `stopped`', async t => {
  const { log, sink, clock } = await setUp()
  for (let count = 0; count < 10_000; count++) log.refused(REFUSED, 1)
  t.equal(sink.lines.length, 1)
  log.stopped()
  t.strictSame(
    sink.events.map(({ event, suppressed }) => [event, suppressed]),
    [
      ['refused', 0],
      ['refused', 9_999],
      ['stopped', undefined],
    ],
  )
  t.equal(clock.timers, 0)
})

t.test('a field of a warning cannot pass it off as another event', async t => {
  const { log, sink } = await setUp()
  log.warning('look', { event: 'ready' })
  t.equal(sink.events[0]?.['event'], 'warning')
})

t.test('pretty is one line per event that begins with the time and the level', async t => {
  const { log, sink } = await setUp({ format: 'pretty' })
  log.backendState({ ...WENT_DOWN, reason: 'said "\u001b[2J\nall is well"' })
  log.stopped()
  const plain = sink.lines.map(line => line.replace(/\x1b\[\d+m/g, ''))
  t.equal(plain.length, 2)
  t.match(
    plain[0],
    /^\[\d\d:\d\d:\d\d\.\d{3}\] WARN: \[postgres\] db1 is down: said "\\x1b\[2J\\x0aall is well"\n$/,
  )
  t.match(plain[1], /^\[\d\d:\d\d:\d\d\.\d{3}\] INFO: stopped\n$/)
})
