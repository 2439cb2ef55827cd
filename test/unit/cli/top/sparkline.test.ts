import t from 'tap'
import { sparkline } from '../../../../src/cli/top/sparkline.js'

const seconds = (values: readonly number[], from = 0) =>
  values.map((value, index) => ({ second: from + index, value }))

t.test('draws the newest at the end, and leaves out what was not measured', t => {
  t.equal(sparkline(seconds([0, 1, 4, 7]), 3, 4, 4), '▁▂▅█')
  t.equal(sparkline(seconds([7]), 3, 4, 4), '█   ')
  t.equal(sparkline([], 3, 4, 4), '    ')
  t.equal(sparkline(seconds([0, 0]), 1, 2, 2), '▁▁')
  t.equal(sparkline(seconds([5], 100), 3, 4, 4), '    ', 'nor what is yet to come')
  t.equal(sparkline(seconds([5]), 3, 0), '')
  t.end()
})

t.test('a bar is the mean of its seconds, and moves on without a change', t => {
  const samples = seconds([0, 2, 4, 6, 8, 10])
  t.equal(sparkline(samples, 5, 3, 6), '▂▅█')
  t.equal(sparkline(samples, 6, 3, 6), '▅█ ', 'at the first second of the next bar')
  t.equal(sparkline(samples, 7, 3, 6), '▅█ ')
  t.end()
})
