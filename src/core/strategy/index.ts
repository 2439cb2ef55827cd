import type { Random } from '../../clock.js'
import { IpHash } from './ip-hash.js'
import { LeastConnections } from './least-connections.js'
import { LeastLatency } from './least-latency.js'
import { RandomTwo } from './random-two.js'
import { RoundRobin } from './round-robin.js'
import type { Candidate, Strategy } from './strategy.js'

/** Every algorithm by the name users know it by. */
export const ALGORITHMS = [
  'round-robin',
  'least-connections',
  'ip-hash',
  'random-two',
  'least-latency',
] as const

export type Algorithm = (typeof ALGORITHMS)[number]

/** A strategy with a memory of its own, for one tier of one service. */
export function createStrategy<C extends Candidate>(algorithm: Algorithm, random: Random): Strategy<C> {
  switch (algorithm) {
    case 'round-robin':
      return new RoundRobin()
    case 'least-connections':
      return new LeastConnections()
    case 'ip-hash':
      return new IpHash()
    case 'random-two':
      return new RandomTwo(random)
    case 'least-latency':
      return new LeastLatency()
  }
}
