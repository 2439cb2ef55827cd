import t from 'tap'
import { aboveZero, longest } from '../../../src/import/timeouts.js'

t.test('the longest timeout is the one that never ends', t => {
  t.equal(longest(undefined, undefined), undefined)
  t.equal(longest(5, undefined, 7), 7)
  t.equal(longest(5, 0), 0)
  t.end()
})

t.test('zero may mean none', t => {
  t.same([aboveZero(0), aboveZero(1), aboveZero(undefined)], [undefined, 1, undefined])
  t.end()
})
