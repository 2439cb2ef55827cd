import t from 'tap'
import { backendSentence } from '../../../src/cli/backend-sentence.js'
import { backendView, downView } from '../../fixtures/fake-admin.js'

const NOW = Date.parse('2026-11-23T08:00:00.000Z')

t.test('tells how a backend is now', t => {
  t.equal(
    backendSentence('db', backendView('db1', { sessionsActive: 1 }), NOW),
    'db/db1: ready, up, weight 1, 1 session',
  )
  const deadline = { at: '2026-11-23T08:10:00.000Z', then: 'kill' } as const
  t.equal(
    backendSentence('db', downView('db1', { state: 'drain', deadline, backup: true }), NOW),
    'db/db1: drain (sessions end in 10m), down (dead: connection refused (ECONNREFUSED)), backup, weight 1, 0 sessions',
  )
  t.end()
})
