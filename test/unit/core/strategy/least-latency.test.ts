import t from 'tap'
import { LeastLatency } from '../../../../src/core/strategy/least-latency.js'
import { candidate, CLIENT, everyone, pickNames, type FakeCandidate } from '../../../fixtures/candidates.js'

function leastLatency(...candidates: FakeCandidate[]): LeastLatency<FakeCandidate> {
  const strategy = new LeastLatency<FakeCandidate>()
  strategy.update(candidates)
  return strategy
}

t.test('the fastest gets the clients', t => {
  const strategy = leastLatency(candidate('a', { latency: 13 }), candidate('b', { latency: 10 }))
  t.equal(pickNames(strategy, 4).join(''), 'bbbb')
  t.end()
})

t.test('peers within 20 % take turns', t => {
  const near = leastLatency(candidate('a', { latency: 11.9 }), candidate('b', { latency: 10 }))
  t.equal(pickNames(near, 4).join(''), 'abab')
  const far = leastLatency(candidate('a', { latency: 12.1 }), candidate('b', { latency: 10 }))
  t.equal(pickNames(far, 4).join(''), 'bbbb')
  t.end()
})

t.test('sessions and weight count as much as latency', t => {
  const busy = leastLatency(candidate('a', { latency: 10, active: 1 }), candidate('b', { latency: 15 }))
  t.equal(pickNames(busy, 4).join(''), 'bbbb')
  const heavy = leastLatency(
    candidate('a', { latency: 10, active: 1, weight: 2 }),
    candidate('b', { latency: 15 }),
  )
  t.equal(pickNames(heavy, 4).join(''), 'aaaa')
  t.end()
})

t.test('one never measured counts as the fastest known, so it is tried', t => {
  const strategy = leastLatency(
    candidate('a', { latency: 10 }),
    candidate('b'),
    candidate('c', { latency: 1000 }),
  )
  t.equal(pickNames(strategy, 4).join(''), 'abab')
  t.end()
})

t.test('one never measured is not flooded while its first session lasts', t => {
  const strategy = leastLatency(candidate('a', { latency: 10 }), candidate('b'))
  const names = pickNames(strategy, 10, picked => picked.active++)
  t.equal(names.filter(name => name === 'b').length, 5)
  t.end()
})

t.test('where none was measured it goes by load, and equals take turns', t => {
  t.equal(pickNames(leastLatency(candidate('a'), candidate('b')), 4).join(''), 'abab')
  t.equal(pickNames(leastLatency(candidate('a', { active: 1 }), candidate('b')), 4).join(''), 'bbbb')
  t.end()
})

t.test('a slow one is tried again when its latency has faded', t => {
  const [slow, fast] = [candidate('a', { latency: 100 }), candidate('b', { latency: 10 })]
  const strategy = leastLatency(slow, fast)
  t.same(pickNames(strategy, 2), ['b', 'b'])
  slow.latency = 9
  t.same(pickNames(strategy, 2), ['a', 'b'])
  t.end()
})

t.test('a latency of nothing is a latency', t => {
  const strategy = leastLatency(candidate('a', { latency: 1 }), candidate('b', { latency: 0 }))
  t.equal(pickNames(strategy, 2).join(''), 'bb')
  t.end()
})

t.test('keeps to those that are allowed', t => {
  const strategy = leastLatency(candidate('a', { latency: 1 }), candidate('b', { latency: 50 }))
  t.equal(strategy.pick(CLIENT, ({ name }) => name === 'b')?.name, 'b')
  t.equal(
    strategy.pick(CLIENT, () => false),
    undefined,
  )
  t.equal(leastLatency().pick(CLIENT, everyone), undefined)
  t.end()
})
