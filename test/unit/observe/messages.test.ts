import t from 'tap'
import {
  adminMessage,
  backendStateMessage,
  failoverMessage,
  listeningMessage,
  milliseconds,
  probeMessage,
  refusedMessage,
  sessionMessage,
} from '../../../src/observe/messages.js'
import { CAME_UP, LISTENING, PROBE, REFUSED, SESSION, WENT_DOWN } from '../../fixtures/facts.js'

t.test('a listener is shown as bound, in the form it is configured in', async t => {
  t.equal(listeningMessage(LISTENING), 'listening on tcp://127.0.0.1:5432')
  t.equal(listeningMessage({ ...LISTENING, listener: ':0' }), 'listening on tcp://127.0.0.1:5432')
  t.equal(
    listeningMessage({ ...LISTENING, listener: 'udp://[::1]:0', address: '::1', port: 53 }),
    'listening on udp://[::1]:53',
  )
  t.equal(
    listeningMessage({ ...LISTENING, listener: 'unix:/run/db', address: '/run/db', port: undefined }),
    'listening on unix:/run/db',
  )
})

t.test('an admin action is told with what it was done to', async t => {
  t.equal(adminMessage({ action: 'reload' }), 'admin reload')
  t.equal(adminMessage({ action: 'listening', address: '[::1]:7070' }), 'admin listening [::1]:7070')
  const db1 = { service: 'postgres', backend: 'db1' }
  for (const [fact, message] of [
    [{ action: 'drain' }, 'postgres/db1: drain'],
    [{ action: 'drain', forMs: 600_000, then: 'kill' }, 'postgres/db1: drain for 10m, then kill'],
    [
      { action: 'maintenance', forMs: 1500, then: 'ready' },
      'postgres/db1: maintenance for 1500ms, then ready',
    ],
    [{ action: 'ready' }, 'postgres/db1: ready'],
    [{ action: 'weight', weight: 3 }, 'postgres/db1: weight 3'],
    [{ action: 'add', address: '10.0.0.1:1' }, 'postgres/db1: add 10.0.0.1:1'],
    [{ action: 'kill-sessions' }, 'postgres/db1: kill-sessions'],
    [{ action: 'drained' }, 'postgres/db1: its last session is over'],
    [{ action: 'removed' }, 'postgres/db1 is gone: its last session is over'],
    [
      { action: 'deadline', state: 'drain', then: 'kill' },
      'postgres/db1: its time in drain is over, then kill',
    ],
  ] as const) {
    t.equal(adminMessage({ ...fact, ...db1 }), message)
  }
})

t.test('a backend is said to be down with its reason, and with its cause when it is alive', async t => {
  t.equal(backendStateMessage(WENT_DOWN), 'db1 is down: connection refused (ECONNREFUSED)')
  t.equal(
    backendStateMessage({ ...WENT_DOWN, cause: 'demoted', reason: 'is a replica' }),
    'db1 is down (demoted): is a replica',
  )
})

t.test('a backend is up for the first time, or again', async t => {
  t.equal(backendStateMessage(CAME_UP), 'db1 is up again: connected')
  t.equal(backendStateMessage({ ...CAME_UP, from: 'unknown' }), 'db1 is up: connected')
  t.equal(
    backendStateMessage({ ...CAME_UP, to: 'unknown', reason: 'tried again' }),
    'db1 may get clients again: tried again',
  )
})

t.test('each failover state has words of its own', async t => {
  const states = ['primary', 'backup', 'returning', 'none'] as const
  const said = states.map(to => failoverMessage({ service: 's', from: 'backup', to }))
  t.equal(new Set(said).size, states.length)
  t.match(said[3], /no backend/)
  t.not(failoverMessage({ service: 's', from: 'none', to: 'primary' }), said[0])
})

t.test('probes, sessions and refusals', async t => {
  t.equal(probeMessage(PROBE), 'probe of db1 passed after 2 ms')
  t.equal(probeMessage({ ...PROBE, ok: false }), 'probe of db1 failed after 2 ms')
  t.equal(sessionMessage(SESSION), '192.0.2.1:40000 to db1: client-closed after 12.25 ms')
  t.equal(refusedMessage(REFUSED, 0), 'refused tcp client 192.0.2.1: no-backend')
  t.match(refusedMessage(REFUSED, 7), /^refused tcp client 192\.0\.2\.1: no-backend, 7 /)
})

t.test('durations end at the microsecond', async t => {
  t.equal(milliseconds(1.2345678), 1.235)
  t.equal(milliseconds(0), 0)
})
