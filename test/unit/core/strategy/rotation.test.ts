import t from 'tap'
import { Rotation } from '../../../../src/core/strategy/rotation.js'
import { candidate, everyone, type FakeCandidate } from '../../../fixtures/candidates.js'

/** The names of that many searches in a row, by the `active` of each candidate. */
function search(rotation: Rotation<FakeCandidate>, count: number, tolerance?: number): string {
  const names = Array.from(
    { length: count },
    () => rotation.least(({ active }) => active, everyone, tolerance)?.name ?? '-',
  )
  return names.join('')
}

function rotate(...candidates: FakeCandidate[]): Rotation<FakeCandidate> {
  const rotation = new Rotation<FakeCandidate>()
  rotation.update(candidates)
  return rotation
}

t.test('finds the least wherever it stands', t => {
  for (const index of [0, 1, 2]) {
    const candidates = ['a', 'b', 'c'].map((name, at) => candidate(name, { active: at === index ? 4 : 5 }))
    t.equal(search(rotate(...candidates), 3), 'abc'.charAt(index).repeat(3))
  }
  t.end()
})

t.test('equals take turns, from the first on', t => {
  t.equal(search(rotate(candidate('a'), candidate('b'), candidate('c')), 7), 'abcabca')
  t.end()
})

t.test('without a tolerance only equals are equal', t => {
  t.equal(search(rotate(candidate('a', { active: 1000 }), candidate('b', { active: 1001 })), 4), 'aaaa')
  t.end()
})

t.test('within the tolerance all take turns, its edge included', t => {
  const near = [
    candidate('a', { active: 120 }),
    candidate('b', { active: 100 }),
    candidate('c', { active: 121 }),
  ]
  t.equal(search(rotate(...near), 6, 1.2), 'ababab')
  t.end()
})

t.test('the tolerance is measured from the least of those allowed', t => {
  const rotation = rotate(
    candidate('a', { active: 1 }),
    candidate('b', { active: 10 }),
    candidate('c', { active: 11 }),
  )
  const names = Array.from(
    { length: 4 },
    () =>
      rotation.least(
        ({ active }) => active,
        ({ name }) => name !== 'a',
        1.2,
      )?.name,
  )
  t.same(names, ['b', 'c', 'b', 'c'])
  t.end()
})

t.test('the turn survives an update, even to a shorter list', t => {
  const [a, b, c] = [candidate('a'), candidate('b'), candidate('c')]
  const rotation = rotate(a, b, c)
  t.equal(search(rotation, 1), 'a')
  rotation.update([a, b, c])
  t.equal(search(rotation, 2), 'bc')
  rotation.update([a, b])
  t.equal(search(rotation, 4).length, 4)
  t.match(search(rotation, 4), /^(abab|baba)$/)
  t.end()
})

t.test('finds nobody among none, and keeps its turn', t => {
  t.equal(search(new Rotation(), 1), '-')
  const rotation = rotate(candidate('a'), candidate('b'))
  t.equal(search(rotation, 1), 'a')
  t.equal(
    rotation.least(
      () => 0,
      () => false,
    ),
    undefined,
  )
  t.equal(search(rotation, 1), 'b')
  t.end()
})

t.test('a look at who is next passes nobody over', t => {
  const rotation = rotate(candidate('a'), candidate('b', { active: 1 }), candidate('c'))
  const peek = (allowed = everyone as (one: FakeCandidate) => boolean, tolerance?: number): string =>
    rotation.peek(({ active }) => active, allowed, tolerance)?.name ?? '-'
  t.same([peek(), peek(), search(rotation, 1)], ['a', 'a', 'a'])
  t.same([peek(), peek(), search(rotation, 1)], ['c', 'c', 'c'])
  t.equal(
    peek(({ name }) => name === 'b'),
    'b',
  )
  t.equal(
    peek(() => false),
    '-',
  )
  t.equal(search(rotation, 1), 'a')
  rotation.update([candidate('a', { active: 10 }), candidate('b', { active: 11 })])
  t.same([peek(), peek(everyone, 1.2)], ['a', 'b'], 'with a tolerance as without')
  t.end()
})
