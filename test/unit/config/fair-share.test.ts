import t from 'tap'
import { shareFairly } from '../../../src/config/fair-share.js'

const parts = (budget: number, wants: number[]) =>
  shareFairly(budget, wants, want => want).map(({ item, part }) => [item, part])

t.test('shares so that nobody gets more than it wants', t => {
  t.same(parts(100, []), [])
  t.same(parts(100, [30]), [[30, 30]])
  t.same(parts(100, [300, 200]), [
    [200, 50],
    [300, 50],
  ])
  t.same(parts(100, [Number.MAX_SAFE_INTEGER, 10, 60]), [
    [10, 10],
    [60, 45],
    [Number.MAX_SAFE_INTEGER, 45],
  ])
  t.same(parts(0, [5, 0]), [
    [0, 0],
    [5, 0],
  ])
  t.end()
})

t.test('leaves its input as it was', t => {
  const items = [3, 1, 2]
  shareFairly(10, items, item => item)
  t.same(items, [3, 1, 2])
  t.end()
})
