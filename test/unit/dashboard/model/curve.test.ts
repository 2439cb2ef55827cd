import t from 'tap'
import { areaPath, linePath, niceTop, thinned } from '../../../../src/dashboard/model/curve.js'

const frame = { from: 0, to: 100, top: 10, width: 100, height: 10, bridge: 20 }
const at = (time: number, value: number) => ({ at: time, value })

t.test('the largest number of each stretch is kept, in stretches that do not move', t => {
  const times = [5, 15, 18, 25, 99, 150]
  const values = [1, 2, 3, null, 4, 9]
  const points = thinned(times, values, { from: 0, to: 100, count: 10 })
  t.strictSame(
    points.filter(point => point !== null),
    [at(5, 1), at(18, 3), at(99, 4)],
  )
  t.equal(points[2], null)
  const later = thinned(times, values, { from: 7, to: 107, count: 10 })
  t.strictSame(later.slice(1, 2), [at(18, 3)])
  t.end()
})

t.test('a line is broken where too much is missing, and a lonely point is seen', t => {
  const points = [at(0, 0), null, at(20, 5), null, null, null, null, at(70, 10)]
  t.equal(linePath(points, frame), 'M0 10L20 5M70 0h.01')
  t.equal(areaPath(points, frame), 'M0 10L0 10L20 5L20 10ZM70 10L70 0L70 10Z')
  t.equal(linePath([null], frame), '')
  t.equal(areaPath([null], frame), '')
  t.end()
})

t.test('the top is a round number with room above the curve', t => {
  t.equal(niceTop(0, 2), 2)
  t.equal(niceTop(NaN, 2), 2)
  t.equal(niceTop(27, 2), 30)
  t.equal(niceTop(99, 2), 150)
  t.equal(niceTop(80, 2), 100)
  t.equal(niceTop(1200, 2), 1500)
  t.end()
})
