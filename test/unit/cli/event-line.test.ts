import t from 'tap'
import { eventLine } from '../../../src/cli/event-line.js'
import { paint } from '../../../src/cli/styled.js'

// Local times, as people see them wherever the test runs.
const time = new Date(2026, 10, 23, 8, 1, 2, 3).toISOString()
const NOW = new Date(2026, 10, 23, 23, 59).getTime()

const line = (fields: object, now = NOW): string =>
  paint(eventLine({ id: 1, time, level: 'info', event: 'ready', msg: 'ready', ...fields }, now), false)

t.test('tells when, how bad, where and what', t => {
  t.equal(line({}), '08:01:02.003 INFO  ready')
  t.equal(line({ level: 'warn', service: 'db', msg: 'db1 is down' }), '08:01:02.003 WARN  [db] db1 is down')
  t.equal(line({}, NOW + 86_400_000), '2026-11-23 08:01:02.003 INFO  ready', 'with the day of another day')
  t.end()
})

t.test('a warning has fields to show', t => {
  t.equal(
    line({ event: 'warning', msg: 'no', target: '/x', tries: 3 }),
    '08:01:02.003 INFO  no target=/x tries=3',
  )
  t.end()
})

t.test('nothing that came over the network moves the cursor', t => {
  t.notMatch(
    line({ service: '\u001b[2J', msg: 'a\nb', event: 'warning', x: '\u0007', level: '\r' }),
    /\p{Cc}/u,
  )
  t.match(line({ time: 'never\u001b' }), /^never\\x1b INFO/)
  t.end()
})
