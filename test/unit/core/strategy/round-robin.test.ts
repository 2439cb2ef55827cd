import t from 'tap'
import { RoundRobin } from '../../../../src/core/strategy/round-robin.js'
import { candidate, CLIENT, everyone, pickNames, type FakeCandidate } from '../../../fixtures/candidates.js'
import { disturbances, scoresOf, surprises } from '../../../fixtures/situations.js'
import { tally } from '../../../fixtures/statistics.js'

function roundRobin(...candidates: FakeCandidate[]): RoundRobin<FakeCandidate> {
  const strategy = new RoundRobin<FakeCandidate>()
  strategy.update(candidates)
  return strategy
}

const [a, b, c] = [candidate('a'), candidate('b'), candidate('c')]

t.test('equal candidates get equal shares, in turn', t => {
  t.equal(pickNames(roundRobin(a, b), 30).join(''), 'ab'.repeat(15))
  t.end()
})

t.test('weights 1:2 get 10 and 20 of 30', t => {
  const names = pickNames(roundRobin(a, candidate('b', { weight: 2 })), 30)
  t.same(
    tally(names),
    new Map([
      ['a', 10],
      ['b', 20],
    ]),
  )
  t.end()
})

t.test('is smooth: the heavy one is not picked in a burst', t => {
  const strategy = roundRobin(candidate('a', { weight: 5 }), b, c)
  t.equal(pickNames(strategy, 14).join(''), 'aabacaa'.repeat(2))
  t.end()
})

t.test('goes by the effective weight', t => {
  const strategy = roundRobin(
    candidate('a', { weight: 100, effectiveWeight: 10 }),
    candidate('b', { weight: 20 }),
  )
  t.same(
    tally(pickNames(strategy, 30)),
    new Map([
      ['a', 10],
      ['b', 20],
    ]),
  )
  t.end()
})

t.test('the position survives updates that change nothing', t => {
  const set = [candidate('a', { weight: 5 }), b, c]
  const strategy = roundRobin(...set)
  const names = Array.from({ length: 14 }, () => {
    strategy.update(set.map(one => ({ ...one })))
    return strategy.pick(CLIENT, everyone)?.name
  })
  t.equal(names.join(''), 'aabacaa'.repeat(2))
  t.end()
})

t.test('the position survives absence', t => {
  const strategy = roundRobin(a, b, c)
  t.same(pickNames(strategy, 1), ['a'])
  strategy.update([b, c])
  t.same(pickNames(strategy, 1), ['b'])
  strategy.update([a, b, c])
  t.same(pickNames(strategy, 4), ['c', 'b', 'c', 'a'], 'a still has its turn behind it')
  t.end()
})

t.test('a backend that flaps is neither flooded nor starved', t => {
  const strategy = roundRobin(a, b, c)
  const names = Array.from({ length: 3000 }, (_, round) => {
    strategy.update(round % 3 === 0 ? [b, c] : [a, b, c])
    return strategy.pick(CLIENT, everyone)?.name
  })
  const share = tally(names).get('a') ?? 0
  t.ok(Math.abs(share - 667) <= 2, `${share} of 3000, a third of the 2000 it was there for`)
  t.notMatch(names.join(''), /aa|bbb|ccc/)
  t.end()
})

t.test('a large weight leaves no debt behind when it becomes small', t => {
  for (const picks of [1, 2, 3, 4]) {
    const strategy = roundRobin(candidate('a', { weight: 256 }), candidate('b', { weight: 255 }))
    pickNames(strategy, picks)
    strategy.update([a, b])
    t.notMatch(pickNames(strategy, 12).join(''), /aaaa|bbbb/)
  }
  t.end()
})

t.test('keeps to those that are allowed, and moves on among them', t => {
  const strategy = roundRobin(a, b, c)
  const names = Array.from({ length: 4 }, () => strategy.pick(CLIENT, ({ name }) => name !== 'b')?.name)
  t.equal(names.join(''), 'acac')
  t.end()
})

t.test('picks nobody when nobody is allowed, and forgets nothing over it', t => {
  const strategy = roundRobin(a, b)
  t.same(pickNames(strategy, 1), ['a'])
  t.equal(
    strategy.pick(CLIENT, () => false),
    undefined,
  )
  t.same(pickNames(strategy, 1), ['b'])
  t.equal(roundRobin().pick(CLIENT, everyone), undefined)
  t.end()
})

t.test('picks the object of the last update', t => {
  const strategy = roundRobin(a)
  const anew = candidate('a')
  strategy.update([anew])
  t.equal(strategy.pick(CLIENT, everyone), anew)
  t.end()
})

t.test('a preview is the next pick', t => {
  const { wrong, nobody } = surprises(new RoundRobin(), 3000)
  t.equal(wrong, 0)
  t.ok(nobody > 0 && nobody < 1500, `${nobody} had nobody to pick`)
  t.end()
})

t.test('a preview is no turn', t => {
  t.equal(disturbances(new RoundRobin(), new RoundRobin()), 0)
  t.end()
})

t.test('a preview scores by the turn that each would have', t => {
  const candidates = [candidate('a', { weight: 5 }), candidate('b', { weight: 2 })]
  const strategy = roundRobin(...candidates)
  t.same(scoresOf(strategy.preview(CLIENT, everyone), candidates), [5, 2])
  strategy.pick(CLIENT, everyone)
  const preview = strategy.preview(CLIENT, everyone)
  t.same(scoresOf(preview, candidates), [3, 4])
  t.equal(preview.picked?.name, 'b')
  t.match(preview.rule, /turn/)
  t.equal(preview.score(c), 0, 'one that is no candidate has no turn')
  t.end()
})

t.test('the positions of backends that are gone are forgotten when they are too many', t => {
  const strategy = roundRobin(a, b)
  pickNames(strategy, 1)
  for (let round = 0; round < 1001; round++) strategy.update([candidate(`other ${round}`)])
  strategy.update([a, b])
  t.equal(pickNames(strategy, 2).join(''), 'ab', 'as if they were new')
  t.end()
})
