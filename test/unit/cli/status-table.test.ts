import t from 'tap'
import { listenerWords, statusTable } from '../../../src/cli/status-table.js'
import { displayWidth } from '../../../src/cli/terminal-text.js'
import { backendView, downView, serviceView } from '../../fixtures/fake-admin.js'

const NOW = Date.parse('2026-11-23T08:00:00.000Z')
const look = (width: number) => ({ width, color: false, now: NOW })

const postgres = serviceView('postgres', [
  backendView('db1', { weight: 2, sessionsActive: 12, maxConnections: 100 }),
  downView('db2', { address: '10.0.0.12:5432' }),
])

t.test('shows services with their backends, and why one is down', t => {
  t.equal(
    statusTable([postgres], look(120)),
    [
      'postgres  round-robin  primaries serve  12 sessions  tcp://0.0.0.0:5432',
      '     BACKEND  ADDRESS         STATE  WEIGHT  SESSIONS    PROBE',
      '  ●  db1      10.0.0.11:5432  up          2    12/100  0.84 ms',
      '  ✗  db2      10.0.0.12:5432  down        1         0  0.31 ms  dead: connection refused (ECONNREFUSED)',
      '',
    ].join('\n'),
  )
  t.match(
    statusTable([postgres], look(80)).split('\n').slice(3, 5),
    [/^ {2}✗ {2}db2 .* ms$/, /^ {5}└ dead: connection refused \(ECONNREFUSED\)$/],
    'below it where there is no room beside',
  )
  t.end()
})

t.test('shows what leaves, what is drained, and what has no name of its own', t => {
  const service = serviceView('db', [
    backendView('10.0.0.1:1', { address: '10.0.0.1:1', health: 'unknown', lastProbe: null }),
    backendView('b', { state: 'drain', deadline: { at: '2026-11-23T08:10:00.000Z', then: 'kill' } }),
  ])
  service.leaving = [{ name: 'c', address: '10.0.0.3:1', sessionsActive: 3 }]
  const lines = statusTable([service], look(100)).split('\n')
  t.match(lines[0], / 3 sessions /)
  t.match(lines[2], /^ {2}\? {2}10\.0\.0\.1:1 +unknown +1 +0 +-$/)
  t.match(lines[3], /^ {2}○ {2}b .* up, drain .* {2}sessions end in 10m$/)
  t.match(lines[4], /^ {2}○ {2}c +10\.0\.0\.3:1 +removed +3$/)
  t.end()
})

t.test('fits the terminal, whatever the names', t => {
  const long = 'a-backend-with-a-really-long-name.'.repeat(3)
  const lastProbe = { at: '', ok: false, durationMs: 1000, reason: `timeout ${'very '.repeat(40)}late\n` }
  const service = serviceView('s'.repeat(60), [
    backendView(long, { address: `[2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff]:65535`, sessionsActive: 123_456 }),
    downView('東京'.repeat(30), { lastProbe, state: 'maintenance', backup: true, weight: 256 }),
  ])
  service.listeners = Array.from({ length: 9 }, (_, index) => ({
    protocol: 'udp' as const,
    address: '2001:db8::1',
    port: 8303 + index,
  }))
  for (const width of [80, 100, 120, 200]) {
    const table = statusTable([service, postgres], look(width))
    for (const line of table.split('\n')) t.ok(displayWidth(line) <= width, `${width}: ${line}`)
    t.match(table, '…')
  }
  t.end()
})

t.test('colours are for those who want them', t => {
  t.notMatch(statusTable([postgres], look(80)), '\u001b')
  t.match(statusTable([postgres], { ...look(80), color: true }), '\u001b[31m✗')
  t.end()
})

t.test('says when there is nothing', t => {
  t.equal(statusTable([], look(80)), 'no services\n')
  t.equal(
    statusTable([serviceView('db', [])], look(80)),
    'db  round-robin  no backends  0 sessions  tcp://0.0.0.0:5432\n',
  )
  t.end()
})

t.test('listeners are shown as they are configured', t => {
  t.equal(
    listenerWords([
      { protocol: 'udp', address: '::', port: 53 },
      { protocol: 'tcp', address: '/run/db.sock', port: null },
    ]),
    'udp://[::]:53 unix:/run/db.sock',
  )
  t.end()
})
