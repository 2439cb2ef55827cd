import t from 'tap'
import type { RefusedFact } from '../../../src/core/observer.js'
import { RefusalLimit } from '../../../src/observe/refusals.js'
import { REFUSED } from '../../fixtures/facts.js'
import { FakeClock } from '../../fixtures/fake-clock.js'

function setUp(): {
  clock: FakeClock
  told: [client: string, suppressed: number][]
  limit: RefusalLimit
} {
  const clock = new FakeClock()
  const told: [string, number][] = []
  const limit = new RefusalLimit(clock, ({ client }: RefusedFact, suppressed) =>
    told.push([client, suppressed]),
  )
  return { clock, told, limit }
}

const from = (client: string): RefusedFact => ({ ...REFUSED, client })

t.test('tells the first at once and the rest as one summary with the last client', async t => {
  const { clock, told, limit } = setUp()
  for (const client of ['a', 'b', 'c']) limit.refused(from(client), 1)
  t.strictSame(told, [['a', 0]])
  clock.advance(9_999)
  t.equal(told.length, 1)
  clock.advance(1)
  t.strictSame(told.slice(1), [['c', 2]])
})

t.test('goes on with at most one line per 10 s', async t => {
  const { clock, told, limit } = setUp()
  for (let second = 0; second < 60; second++) {
    limit.refused(from('a'), 1)
    limit.refused(from('a'), 1)
    clock.advance(1000)
  }
  limit.stop()
  t.equal(told.length, 7)
  t.equal(
    told.reduce((sum, [, suppressed]) => sum + suppressed, 0),
    119,
    'every refusal but the first is in a summary',
  )
})

t.test('after a quiet time the next is told at once, and no timer is left meanwhile', async t => {
  const { clock, told, limit } = setUp()
  limit.refused(from('a'), 1)
  clock.advance(10_000)
  t.equal(clock.timers, 0)
  limit.refused(from('b'), 1)
  t.strictSame(told, [
    ['a', 0],
    ['b', 0],
  ])
})

t.test('limits each service, protocol and reason by itself', async t => {
  const { told, limit } = setUp()
  limit.refused(from('a'), 1)
  limit.refused({ ...from('b'), service: 'other' }, 1)
  limit.refused({ ...from('c'), protocol: 'udp' }, 1)
  limit.refused({ ...from('d'), reason: 'limit' }, 1)
  limit.refused(from('e'), 1)
  t.strictSame(
    told.map(([client]) => client),
    ['a', 'b', 'c', 'd'],
  )
})

t.test('stop tells what is untold, leaves no timer and ends it', async t => {
  const { clock, told, limit } = setUp()
  limit.refused(from('a'), 1)
  limit.refused(from('b'), 1)
  limit.refused({ ...from('c'), protocol: 'udp' }, 1)
  limit.stop()
  t.strictSame(told, [
    ['a', 0],
    ['c', 0],
    ['b', 1],
  ])
  t.equal(clock.timers, 0)
  limit.refused(from('d'), 1)
  clock.advance(60_000)
  t.equal(told.length, 3)
})
