import t from 'tap'
import { LeastConnections, load } from '../../../../src/core/strategy/least-connections.js'
import { candidate, CLIENT, everyone, pickNames, type FakeCandidate } from '../../../fixtures/candidates.js'
import { disturbances, scoresOf, surprises } from '../../../fixtures/situations.js'
import { tally } from '../../../fixtures/statistics.js'

function leastConnections(...candidates: FakeCandidate[]): LeastConnections<FakeCandidate> {
  const strategy = new LeastConnections<FakeCandidate>()
  strategy.update(candidates)
  return strategy
}

const hold = (picked: FakeCandidate): void => void picked.active++

t.test('the load is what one more session would make it', t => {
  t.equal(load(candidate('a')), 1)
  t.equal(load(candidate('a', { active: 3 })), 4)
  t.equal(load(candidate('a', { active: 3, weight: 2 })), 2)
  t.equal(load(candidate('a', { active: 3, weight: 2, effectiveWeight: 0.5 })), 8)
  t.end()
})

t.test('idle candidates take turns', t => {
  const strategy = leastConnections(candidate('a'), candidate('b'))
  t.equal(pickNames(strategy, 10).join(''), 'ab'.repeat(5))
  t.end()
})

t.test('while one holds its sessions, the free one gets the clients', t => {
  const strategy = leastConnections(
    candidate('a', { active: 1 }),
    candidate('b'),
    candidate('c', { active: 9 }),
  )
  t.equal(pickNames(strategy, 10).join(''), 'b'.repeat(10))
  t.end()
})

t.test('the idle ones take turns around a busy one', t => {
  const strategy = leastConnections(candidate('a'), candidate('b', { active: 1 }), candidate('c'))
  t.equal(pickNames(strategy, 6).join(''), 'acacac')
  t.end()
})

t.test('a burst of 1,000 spreads to within 1 of each other', t => {
  for (const size of [2, 3, 7]) {
    const candidates = Array.from({ length: size }, (_, index) => candidate(`${index}`))
    pickNames(leastConnections(...candidates), 1000, hold)
    const counts = candidates.map(({ active }) => active)
    t.equal(
      counts.reduce((total, count) => total + count),
      1000,
    )
    t.ok(Math.max(...counts) - Math.min(...counts) <= 1, counts.join(' '))
  }
  t.end()
})

t.test('a burst fills up those that held less before', t => {
  const candidates = [candidate('a', { active: 100 }), candidate('b'), candidate('c', { active: 40 })]
  pickNames(leastConnections(...candidates), 160, hold)
  t.same(
    candidates.map(({ active }) => active),
    [100, 100, 100],
  )
  t.end()
})

t.test('a burst follows the weights', t => {
  const candidates = [candidate('a'), candidate('b', { weight: 2 })]
  pickNames(leastConnections(...candidates), 900, hold)
  t.same(
    candidates.map(({ active }) => active),
    [300, 600],
  )
  t.end()
})

t.test('keeps to those that are allowed', t => {
  const strategy = leastConnections(
    candidate('a'),
    candidate('b', { active: 5 }),
    candidate('c', { active: 5 }),
  )
  const names = Array.from({ length: 4 }, () => strategy.pick(CLIENT, ({ name }) => name !== 'a')?.name)
  t.same(
    tally(names),
    new Map([
      ['b', 2],
      ['c', 2],
    ]),
  )
  t.equal(
    strategy.pick(CLIENT, () => false),
    undefined,
  )
  t.end()
})

t.test('a preview is the next pick', t => {
  const { wrong, nobody } = surprises(new LeastConnections(), 3000)
  t.equal(wrong, 0)
  t.ok(nobody > 0 && nobody < 1500, `${nobody} had nobody to pick`)
  t.end()
})

t.test('a preview is no turn', t => {
  t.equal(disturbances(new LeastConnections(), new LeastConnections()), 0)
  t.end()
})

t.test('a preview scores by the load', t => {
  const candidates = [candidate('a', { active: 3, weight: 2 }), candidate('b', { active: 4 })]
  const preview = leastConnections(...candidates).preview(CLIENT, everyone)
  t.same(scoresOf(preview, candidates), [2, 5])
  t.equal(preview.picked?.name, 'a')
  t.match(preview.rule, /least .*sessions/)
  t.end()
})
