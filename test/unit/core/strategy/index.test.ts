import t from 'tap'
import { ALGORITHMS, createStrategy, type Algorithm } from '../../../../src/core/strategy/index.js'
import { IpHash } from '../../../../src/core/strategy/ip-hash.js'
import { LeastConnections } from '../../../../src/core/strategy/least-connections.js'
import { LeastLatency } from '../../../../src/core/strategy/least-latency.js'
import { RandomTwo } from '../../../../src/core/strategy/random-two.js'
import { RoundRobin } from '../../../../src/core/strategy/round-robin.js'
import { candidate, CLIENT, everyone } from '../../../fixtures/candidates.js'
import { seededRandom } from '../../../fixtures/seeded-random.js'

const CLASSES: Readonly<Record<Algorithm, new (...args: never[]) => object>> = {
  'round-robin': RoundRobin,
  'least-connections': LeastConnections,
  'ip-hash': IpHash,
  'random-two': RandomTwo,
  'least-latency': LeastLatency,
}

t.test('makes each algorithm by the name users know', t => {
  t.same(new Set(ALGORITHMS), new Set(Object.keys(CLASSES)))
  for (const algorithm of ALGORITHMS) {
    const strategy = createStrategy(algorithm, seededRandom(1))
    t.ok(strategy instanceof CLASSES[algorithm], algorithm)
    const only = candidate('a')
    strategy.update([only])
    t.equal(strategy.pick(CLIENT, everyone), only, `${algorithm} picks`)
    t.not(createStrategy(algorithm, seededRandom(1)), strategy, 'each has a memory of its own')
  }
  t.end()
})

t.test('hands on the random source', t => {
  let asked = 0
  const strategy = createStrategy('random-two', () => {
    asked++
    return 0
  })
  strategy.update([candidate('a'), candidate('b')])
  strategy.pick(CLIENT, everyone)
  t.ok(asked > 0)
  t.end()
})
