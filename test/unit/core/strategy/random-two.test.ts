import t from 'tap'
import { RandomTwo } from '../../../../src/core/strategy/random-two.js'
import { candidate, CLIENT, everyone, pickNames, type FakeCandidate } from '../../../fixtures/candidates.js'
import { seededRandom } from '../../../fixtures/seeded-random.js'
import { disturbances, meetSituations, scoresOf } from '../../../fixtures/situations.js'
import { chiSquare, tally } from '../../../fixtures/statistics.js'

function randomTwo(candidates: readonly FakeCandidate[], random = seededRandom(1)): RandomTwo<FakeCandidate> {
  const strategy = new RandomTwo<FakeCandidate>(random)
  strategy.update(candidates)
  return strategy
}

t.test('never draws the same one twice: of two, the less loaded always wins', t => {
  const candidates = [candidate('a', { active: 1, weight: 200 }), candidate('b', { active: 0, weight: 1 })]
  t.same(tally(pickNames(randomTwo(candidates), 1000)), new Map([['a', 1000]]))
  candidates[0] = candidate('a', { active: 200, weight: 200 })
  t.same(tally(pickNames(randomTwo(candidates), 1000)), new Map([['b', 1000]]))
  t.end()
})

t.test('the most loaded of many is never picked', t => {
  const candidates = ['a', 'b', 'c', 'd'].map((name, active) => candidate(name, { active }))
  const shares = tally(pickNames(randomTwo(candidates), 6000))
  t.equal(shares.get('d'), undefined)
  // Of the six pairs, a is the better in three, b in two, c in one.
  const counts = ['a', 'b', 'c'].map(name => shares.get(name) ?? 0)
  t.ok(chiSquare(counts, [3, 2, 1]) < 13.8, counts.join(' ')) // 2 degrees of freedom, 1 in 1,000
  t.end()
})

t.test('draws by weight', t => {
  const weights = [1, 2, 5]
  const candidates = weights.map((weight, index) => candidate(`${index}`, { weight, active: weight - 1 }))
  const shares = tally(pickNames(randomTwo(candidates), 8000))
  const counts = weights.map((_, index) => shares.get(`${index}`) ?? 0)
  t.ok(chiSquare(counts, weights) < 13.8, counts.join(' '))
  t.end()
})

t.test('a burst of 1,000 stays far more even than chance would have it', t => {
  const candidates = Array.from({ length: 10 }, (_, index) => candidate(`${index}`))
  pickNames(randomTwo(candidates), 1000, picked => picked.active++)
  const counts = candidates.map(({ active }) => active)
  t.ok(Math.max(...counts) - Math.min(...counts) <= 8, counts.join(' '))
  t.end()
})

t.test('takes the ends of the random range', t => {
  for (const value of [0, 1 - 2 ** -53]) {
    const weights = [0.1, 0.2, 0.7]
    const candidates = weights.map((weight, index) => candidate(`${index}`, { weight }))
    const shares = tally(
      pickNames(
        randomTwo(candidates, () => value),
        3,
      ),
    )
    t.equal(shares.size, 1)
    t.equal(shares.has(undefined), false)
  }
  t.end()
})

t.test('keeps to those that are allowed', t => {
  const strategy = randomTwo(['a', 'b', 'c'].map(name => candidate(name)))
  const allow = (names: string): (string | undefined)[] =>
    Array.from({ length: 50 }, () => strategy.pick(CLIENT, ({ name }) => names.includes(name))?.name)
  t.same(new Set(allow('ac')), new Set(['a', 'c']))
  t.same(new Set(allow('b')), new Set(['b']), 'one is enough')
  t.same(new Set(allow('')), new Set([undefined]))
  t.equal(randomTwo([]).pick(CLIENT, everyone), undefined)
  t.end()
})

t.test('a preview draws nothing', t => {
  const strategy = randomTwo([candidate('a'), candidate('b')], () => {
    throw new Error('drawn')
  })
  t.ok(strategy.preview(CLIENT, everyone).picked)
  t.equal(disturbances(new RandomTwo(seededRandom(2)), new RandomTwo(seededRandom(2))), 0)
  t.end()
})

t.test('a preview tells the chances, and the likeliest', t => {
  const candidates = ['a', 'b', 'c', 'd'].map((name, active) => candidate(name, { active }))
  const strategy = randomTwo(candidates)
  const preview = strategy.preview(CLIENT, everyone)
  // Of the six pairs, a is the better in three, b in two, c in one.
  const sixths = scoresOf(preview, candidates).map(chance => Math.round(chance * 6e9) / 1e9)
  t.same(sixths, [3, 2, 1, 0])
  t.equal(preview.picked?.name, 'a')
  t.match(preview.rule, /chance decides/)
  const two = strategy.preview(CLIENT, ({ name }) => 'cd'.includes(name))
  t.equal(two.picked?.name, 'c')
  t.same(scoresOf(two, candidates), [0, 0, 1, 0])
  const one = strategy.preview(CLIENT, ({ name }) => name === 'd')
  t.equal(one.picked?.name, 'd')
  t.same(scoresOf(one, candidates), [0, 0, 0, 1])
  const none = strategy.preview(CLIENT, () => false)
  t.equal(none.picked, undefined)
  t.same(scoresOf(none, candidates), [0, 0, 0, 0])
  t.end()
})

t.test('the chances of a preview are those of the picks', t => {
  const PICKS = 400
  const strategy = new RandomTwo<FakeCandidate>(seededRandom(3))
  let [worst, situations] = [0, 0]
  meetSituations(strategy, 300, ({ client, candidates, allowed }) => {
    const chances = scoresOf(strategy.preview(client, allowed), candidates)
    const total = chances.reduce((sum, chance) => sum + chance, 0)
    if (candidates.some(allowed) && Math.abs(total - 1) > 1e-9) t.fail(`${total} in all`)
    const shares = tally(Array.from({ length: PICKS }, () => strategy.pick(client, allowed)))
    for (const [index, one] of candidates.entries()) {
      const chance = chances[index] ?? NaN
      const deviation = Math.abs((shares.get(one) ?? 0) - PICKS * chance)
      // A chance of 0 or 1 leaves nothing to deviate, but sums of weights are rounded.
      worst = Math.max(worst, deviation / Math.sqrt(PICKS * chance * (1 - chance) + 1e-3))
      situations++
    }
  })
  t.ok(situations > 500, `${situations} chances`)
  t.ok(worst < 4.9, `${worst} standard deviations`) // 1 in 1,000,000 each
  t.end()
})
