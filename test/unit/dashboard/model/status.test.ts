import t from 'tap'
import { censusWords, failoverWords, overall, standingOf } from '../../../../src/dashboard/model/status.js'
import { backendView, serviceView } from '../../../fixtures/views.js'

t.test('what an operator wants comes before health, and sessions tell draining from drained', t => {
  t.equal(standingOf(backendView('a')), 'up')
  t.equal(standingOf(backendView('a', { health: 'down' })), 'down')
  t.equal(standingOf(backendView('a', { health: 'unknown' })), 'unknown')
  t.equal(standingOf(backendView('a', { state: 'drain', health: 'down', sessionsActive: 1 })), 'draining')
  t.equal(standingOf(backendView('a', { state: 'drain', sessionsActive: 0 })), 'drained')
  t.equal(standingOf(backendView('a', { state: 'maintenance', sessionsActive: 1 })), 'maintenance')
  t.end()
})

t.test('backends are counted, worst first', t => {
  t.equal(censusWords([]), 'no backends')
  const backends = [backendView('a'), backendView('b', { health: 'down' }), backendView('c')]
  t.equal(censusWords(backends), '1 down, 2 up')
  t.end()
})

t.test('the overall state is that of the worst service', t => {
  const well = serviceView('web', [backendView('a'), backendView('b', { state: 'drain' })])
  const down = serviceView('db', [backendView('a', { health: 'down' }), backendView('b', { health: 'down' })])
  const backup = { ...serviceView('game', [backendView('a')]), failover: 'backup' as const }
  const none = { ...serviceView('dns', []), failover: 'none' as const }
  t.match(overall(undefined), { kind: 'waiting' })
  t.match(overall([well]), { kind: 'well', words: 'All well', detail: '1 service, 2 backends' })
  t.match(overall([well, down]), { kind: 'degraded', detail: '2 backends are down' })
  t.match(overall([well, backup]), { kind: 'degraded', detail: 'backups serve game' })
  t.match(overall([down, backup]), { detail: '2 backends are down; backups serve game' })
  t.match(overall([well, down, none]), { kind: 'none', words: 'No backend', detail: 'for dns' })
  t.end()
})

t.test('who serves has words for every state', t => {
  const words = (['primary', 'backup', 'returning', 'none'] as const).map(failoverWords)
  t.equal(new Set(words).size, 4)
  t.end()
})
