import t from 'tap'
import { LeastLatency } from '../../../../src/core/strategy/least-latency.js'
import { candidate, CLIENT, everyone, pickNames, type FakeCandidate } from '../../../fixtures/candidates.js'
import { disturbances, scoresOf, surprises } from '../../../fixtures/situations.js'

function leastLatency(...candidates: FakeCandidate[]): LeastLatency<FakeCandidate> {
  const strategy = new LeastLatency<FakeCandidate>()
  strategy.update(candidates)
  return strategy
}

t.test('the fastest gets the clients', t => {
  const strategy = leastLatency(candidate('a', { connectTime: 13 }), candidate('b', { connectTime: 10 }))
  t.equal(pickNames(strategy, 4).join(''), 'bbbb')
  t.end()
})

t.test('peers within 20 % take turns', t => {
  const near = leastLatency(candidate('a', { connectTime: 11.9 }), candidate('b', { connectTime: 10 }))
  t.equal(pickNames(near, 4).join(''), 'abab')
  const far = leastLatency(candidate('a', { connectTime: 12.1 }), candidate('b', { connectTime: 10 }))
  t.equal(pickNames(far, 4).join(''), 'bbbb')
  t.end()
})

t.test('sessions and weight count as much as latency', t => {
  const busy = leastLatency(
    candidate('a', { connectTime: 10, active: 1 }),
    candidate('b', { connectTime: 15 }),
  )
  t.equal(pickNames(busy, 4).join(''), 'bbbb')
  const heavy = leastLatency(
    candidate('a', { connectTime: 10, active: 1, weight: 2 }),
    candidate('b', { connectTime: 15 }),
  )
  t.equal(pickNames(heavy, 4).join(''), 'aaaa')
  t.end()
})

t.test('one never measured counts as the fastest known, so it is tried', t => {
  const strategy = leastLatency(
    candidate('a', { connectTime: 10 }),
    candidate('b'),
    candidate('c', { connectTime: 1000 }),
  )
  t.equal(pickNames(strategy, 4).join(''), 'abab')
  t.end()
})

t.test('only probed, they go by probe times', t => {
  const strategy = leastLatency(
    candidate('a', { probeTime: 12.1 }),
    candidate('b', { probeTime: 10 }),
    candidate('c', { probeTime: 11.9 }),
  )
  t.equal(pickNames(strategy, 4).join(''), 'bcbc')
  t.end()
})

t.test('a probe time is never compared with a connect time', t => {
  const strategy = leastLatency(
    candidate('a', { connectTime: 0.2 }),
    candidate('b', { probeTime: 2 }),
    candidate('c', { connectTime: 0.2, probeTime: 2 }),
  )
  t.equal(pickNames(strategy, 6).join(''), 'abcabc')
  t.end()
})

t.test('slow in one way is slow', t => {
  const strategy = leastLatency(
    candidate('a', { connectTime: 0.2, probeTime: 80 }),
    candidate('b', { connectTime: 80, probeTime: 2 }),
    candidate('c', { connectTime: 0.2, probeTime: 2 }),
  )
  t.equal(pickNames(strategy, 4).join(''), 'cccc')
  t.end()
})

t.test('one never measured is not flooded while its first session lasts', t => {
  const strategy = leastLatency(candidate('a', { connectTime: 10 }), candidate('b'))
  const names = pickNames(strategy, 10, picked => picked.active++)
  t.equal(names.filter(name => name === 'b').length, 5)
  t.end()
})

t.test('where none was measured it goes by load, and equals take turns', t => {
  t.equal(pickNames(leastLatency(candidate('a'), candidate('b')), 4).join(''), 'abab')
  t.equal(pickNames(leastLatency(candidate('a', { active: 1 }), candidate('b')), 4).join(''), 'bbbb')
  t.end()
})

t.test('a slow one is tried again when its connect time is forgotten', t => {
  const [slow, fast] = [candidate('a', { connectTime: 100 }), candidate('b', { connectTime: 10 })]
  const strategy = leastLatency(slow, fast)
  t.same(pickNames(strategy, 2), ['b', 'b'])
  slow.connectTime = undefined
  t.same(pickNames(strategy, 2), ['a', 'b'])
  slow.connectTime = 100
  t.same(pickNames(strategy, 2), ['b', 'b'], 'and is as slow as before')
  t.end()
})

t.test('below a millisecond all are equally fast', t => {
  const strategy = leastLatency(candidate('a', { connectTime: 0.9 }), candidate('b', { connectTime: 0 }))
  t.equal(pickNames(strategy, 4).join(''), 'abab')
  t.end()
})

t.test('keeps to those that are allowed', t => {
  const strategy = leastLatency(candidate('a', { connectTime: 1 }), candidate('b', { connectTime: 50 }))
  t.equal(strategy.pick(CLIENT, ({ name }) => name === 'b')?.name, 'b')
  t.equal(
    strategy.pick(CLIENT, () => false),
    undefined,
  )
  t.equal(leastLatency().pick(CLIENT, everyone), undefined)
  t.end()
})

t.test('a preview is the next pick', t => {
  const { wrong, nobody } = surprises(new LeastLatency(), 3000)
  t.equal(wrong, 0)
  t.ok(nobody > 0 && nobody < 1500, `${nobody} had nobody to pick`)
  t.end()
})

t.test('a preview is no turn', t => {
  t.equal(disturbances(new LeastLatency(), new LeastLatency()), 0)
  t.end()
})

t.test('a preview scores by latency and load, with the fastest for what was not measured', t => {
  const candidates = [
    candidate('a', { connectTime: 10, probeTime: 30, active: 1 }),
    candidate('b', { probeTime: 20 }),
    candidate('c', { connectTime: 50, weight: 2 }),
  ]
  const preview = leastLatency(...candidates).preview(CLIENT, everyone)
  t.same(scoresOf(preview, candidates), [80, 30, 35])
  t.equal(preview.picked?.name, 'b')
  t.match(preview.rule, /least milliseconds/)
  t.end()
})
