import t from 'tap'
import { expediteGap, firstDelay, nextDelay } from '../../../src/control/schedule.js'

const LARGEST = 1 - Number.EPSILON
const always = (number: number) => () => number

t.test('the first probe is somewhere in the first interval, within a second', t => {
  t.equal(firstDelay(400, always(0)), 0)
  t.equal(firstDelay(400, always(0.5)), 200)
  t.equal(firstDelay(60_000, always(0.5)), 500)
  t.end()
})

t.test('a later probe is never early, and late by at most 5 % and 100 ms', t => {
  for (const [interval, most] of [
    [1000, 1050],
    [2000, 2100],
    [60_000, 60_100],
  ] as const) {
    t.equal(nextDelay(interval, always(0)), interval)
    const latest = nextDelay(interval, always(LARGEST))
    t.ok(latest > most - 1 && latest <= most, `${latest} of ${most}`)
  }
  t.end()
})

t.test('the gap is 100 ms, or a shorter interval', t => {
  t.equal(expediteGap(2000), 100)
  t.equal(expediteGap(30), 30)
  t.end()
})
