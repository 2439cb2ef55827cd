import t from 'tap'
import { UNKNOWN, UP, type Health } from '../../../src/core/health.js'
import { isServing, measure, newRow, revoke } from '../../../src/core/row.js'
import { backend } from '../../fixtures/services.js'

const DOWN: Health = { kind: 'down', cause: 'dead', reason: 'refused', passes: 0, drift: 0 }

t.test('nothing is known of a new backend but what is configured', t => {
  const drained = backend('a', { state: 'drain', weight: 3 })
  t.same(newRow(drained), {
    backend: drained,
    admin: 'drain',
    health: UNKNOWN,
    isLeaving: false,
    deadline: undefined,
    downSince: undefined,
    rampSince: undefined,
    lastProbe: undefined,
    probeTime: undefined,
    revocation: undefined,
  })
  t.end()
})

t.test('serves while it is ready and not down', t => {
  const serving = (health: Health, state?: 'drain' | 'maintenance'): boolean =>
    isServing({ ...newRow(backend('a', state && { state })), health })
  t.same([serving(UNKNOWN), serving(UP), serving(DOWN)], [true, true, false])
  t.same([serving(UP, 'drain'), serving(UP, 'maintenance')], [false, false])
  t.end()
})

t.test('each revocation has the next number', t => {
  const row = newRow(backend('a'))
  revoke(row, 'killed')
  t.same(row.revocation, { count: 1, reason: 'killed' })
  revoke(row, 'backend-down')
  t.same(row.revocation, { count: 2, reason: 'backend-down' })
  t.end()
})

t.test('the times of passes are smoothed and counted', t => {
  const row = newRow(backend('a'))
  measure(row, 100)
  t.same(row.probeTime, { average: 100, count: 1 })
  measure(row, 200)
  t.same(row.probeTime, { average: 130, count: 2 })
  t.end()
})
