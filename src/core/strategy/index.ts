import type { Random } from '../../clock.js'
import { IpHash } from './ip-hash.js'
import { LeastConnections } from './least-connections.js'
import { LeastLatency } from './least-latency.js'
import { RandomTwo } from './random-two.js'
import { RoundRobin } from './round-robin.js'
import type { Strategy } from './strategy.js'

/** Every algorithm by the name users know it by. */
const STRATEGIES = {
  'round-robin': () => new RoundRobin(),
  'least-connections': () => new LeastConnections(),
  'ip-hash': () => new IpHash(),
  'random-two': (random: Random) => new RandomTwo(random),
  'least-latency': () => new LeastLatency(),
} satisfies Record<string, (random: Random) => Strategy>

export type Algorithm = keyof typeof STRATEGIES

export const ALGORITHMS = Object.keys(STRATEGIES) as readonly Algorithm[]

/** A strategy with a memory of its own, for one tier of one service. */
export function createStrategy(algorithm: Algorithm, random: Random): Strategy {
  return STRATEGIES[algorithm](random)
}
