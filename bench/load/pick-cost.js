import { serve } from './serve.js'

/** @import { CountOf } from '../../src/core/balancer.js' */
/** @import { SharedCounts } from '../../src/core/count.js' */
/** @import { Balancer } from '../../src/core/balancer.js' */
/** @import { Algorithm } from '../../src/core/strategy/index.js' */
/** @import { Snapshot } from '../../src/core/snapshot.js' */
/** @import { Clock, Random } from '../../src/clock.js' */

const WARM_UP_MILLIS = 100
const BATCH = 2_000
const SESSIONS = 256
const CLIENTS = 1_024
/** Counts for as many, shared between threads as those of a running balancer. */
const BACKENDS = 1_000

serve(run)

/**
 * The time to choose a backend for a client and count it in, and to count an older session out.
 * @param {{ root: string, algorithm: Algorithm, backends: number, millis: number }} options root: of a built checkout
 * @returns {Promise<number>} nanoseconds
 */
async function run({ root, algorithm, backends, millis }) {
  const balancer = await openBalancer(root, algorithm)
  balancer.update(snapshotOf(backends))
  const clients = Array.from({ length: CLIENTS }, (_, index) => ({
    address: `10.${index % 7}.${index % 251}.${(index * 13) % 255}`,
    port: 1_024 + index,
  }))
  /** @type {ReturnType<Balancer['acquire']>[]} */
  const sessions = Array.from({ length: SESSIONS }, () => undefined)
  let turn = 0
  const batch = () => {
    for (let count = 0; count < BATCH; count++) {
      const client = clients[turn % CLIENTS]
      if (client === undefined) return
      const slot = turn % SESSIONS
      sessions[slot]?.release()
      sessions[slot] = balancer.acquire(client)
      turn++
    }
  }
  /** @param {number} wanted milliseconds */
  const repeat = wanted => {
    const startedAt = performance.now()
    const first = turn
    while (performance.now() - startedAt < wanted) batch()
    return ((performance.now() - startedAt) * 1e6) / (turn - first)
  }
  repeat(WARM_UP_MILLIS)
  if (sessions.includes(undefined)) throw new Error(`${algorithm} gave a client no backend`)
  return repeat(millis)
}

/**
 * The one place that knows how a balancer is made.
 * @param {string} root
 * @param {Algorithm} algorithm
 * @returns {Promise<Balancer>}
 */
async function openBalancer(root, algorithm) {
  /** @type {{ Balancer: new (algorithm: Algorithm, clock: Clock, random: Random, countOf: CountOf) => Balancer }} */
  const core = await import(new URL('dist/core/balancer.js', root).href)
  /** @type {{ SharedCounts: typeof SharedCounts }} */
  const { SharedCounts: Counts } = await import(new URL('dist/core/count.js', root).href)
  /** @type {{ systemClock: Clock, systemRandom: Random }} */
  const { systemClock, systemRandom } = await import(new URL('dist/clock.js', root).href)
  const counts = new Counts(Counts.memoryFor(BACKENDS, 1), BACKENDS)
  let counted = 0
  return new core.Balancer(algorithm, systemClock, systemRandom, () => counts.of(counted++, 0))
}

/**
 * @param {number} count
 * @returns {Snapshot}
 */
function snapshotOf(count) {
  return {
    failover: 'primary',
    backends: Array.from({ length: count }, (_, index) => ({
      backend: {
        name: `backend-${index}`,
        endpoint: { kind: 'inet', family: 4, host: `10.0.${index >> 8}.${index & 255}`, port: 80 },
        weight: 1,
        backup: false,
        maxConnections: undefined,
        state: 'ready',
      },
      admin: 'ready',
      healthy: true,
      eligible: true,
      effectiveWeight: 1,
      probeTime: { average: 1 + (index % 10), count: 1 },
      revocation: undefined,
    })),
  }
}
