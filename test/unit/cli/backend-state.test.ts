import t from 'tap'
import {
  deadlineWords,
  failoverWords,
  stateSign,
  stateStyle,
  stateWords,
  troubleWords,
  weightWords,
} from '../../../src/cli/backend-state.js'
import { backendView, downView, serviceView } from '../../fixtures/fake-admin.js'

const NOW = Date.parse('2026-11-23T08:00:00.000Z')

t.test('says in words what the sign says', t => {
  const cases = [
    [backendView('a'), '●', 'good', 'up'],
    [backendView('a', { backup: true }), '●', 'good', 'up, backup'],
    [backendView('a', { health: 'unknown' }), '?', 'warning', 'unknown'],
    [backendView('a', { state: 'drain' }), '○', 'warning', 'up, drain'],
    [backendView('a', { health: 'unknown', state: 'maintenance' }), '○', 'warning', 'unknown, maintenance'],
    [downView('a'), '✗', 'bad', 'down'],
    [downView('a', { state: 'drain', backup: true }), '✗', 'bad', 'down, drain, backup'],
  ] as const
  for (const [view, sign, style, words] of cases) {
    t.same([stateSign(view), stateStyle(view), stateWords(view)], [[sign, style], style, words])
  }
  t.end()
})

t.test('tells what becomes of it, and when', t => {
  const at = '2026-11-23T08:09:40.000Z'
  const words = (then: 'kill' | 'ready' | 'maintenance') =>
    deadlineWords(backendView('a', { deadline: { at, then } }), NOW)
  t.equal(words('kill'), 'sessions end in 9m 40s')
  t.equal(words('ready'), 'ready in 9m 40s')
  t.equal(words('maintenance'), 'maintenance in 9m 40s')
  t.equal(deadlineWords(backendView('a'), NOW), undefined)
  t.end()
})

t.test('tells what the matter is', t => {
  t.equal(troubleWords(backendView('a')), undefined)
  t.equal(troubleWords(backendView('a', { lastProbe: null })), undefined)
  t.equal(troubleWords(downView('a')), 'dead: connection refused (ECONNREFUSED)')
  t.equal(troubleWords(downView('a', { cause: null, lastProbe: null })), 'down')
  const lastProbe = { at: '', ok: false, durationMs: 1, reason: 'no\u001b' }
  t.equal(troubleWords(backendView('a', { lastProbe })), 'last probe failed: no\\x1b')
  t.end()
})

t.test('shows how much of a weight counts', t => {
  t.equal(weightWords(backendView('a', { weight: 3 })), '3')
  t.equal(weightWords(backendView('a', { weight: 3, effectiveWeight: 0.304 })), '0.3/3')
  t.equal(weightWords(backendView('a', { weight: 10, effectiveWeight: 3.25 })), '3.3/10')
  t.end()
})

t.test('tells who serves', t => {
  t.same(failoverWords(serviceView('a', [])), ['no backends', 'bad'])
  t.same(failoverWords(serviceView('a', [backendView('a')])), ['primaries serve', 'good'])
  t.same(failoverWords(serviceView('a', [downView('a')])), ['nothing serves', 'bad'])
  t.end()
})
