import type { Algorithm } from '../../core/strategy/index.js'
import { rankSlots } from '../../core/strategy/ip-hash.js'
import { RoundRobin } from '../../core/strategy/round-robin.js'
import type { Candidate } from '../../core/strategy/strategy.js'

/** A backend that new clients may be given, with all that the choice depends on. */
export interface Choosable {
  readonly name: string
  /** Its number in marks. */
  readonly number: number
  /** As configured, 1 to 256. */
  readonly weight: number
  /** Less than that during a slow start. */
  readonly effectiveWeight: number
  /** Sessions that it had when they were counted last. */
  readonly active: number
  /** Smoothed, in milliseconds; undefined = not measured. */
  readonly probeTime: number | undefined
}

/** How the kernel chooses among the backends of one family of addresses, which are known by their numbers here. */
export type Choice =
  | { readonly kind: 'none' }
  /** One after the other, again and again. */
  | { readonly kind: 'turns'; readonly ring: readonly number[] }
  /** By chance: `parts` of {@link PARTS}, in all. */
  | { readonly kind: 'shares'; readonly shares: readonly Share[] }
  /** By the slot that the client's address hashes to; where that is nobody who is asked, by chance. */
  | {
      readonly kind: 'slots'
      readonly first: readonly number[]
      /** Whom a slot goes to when the first one leaves. */
      readonly second: readonly number[]
      readonly shares: readonly Share[]
    }

export interface Share {
  readonly number: number
  readonly parts: number
}

/** What shares are parts of: fine enough for weights of 1 to 256 and for ramps. */
export const PARTS = 1024
/** The longest ring whose turns are exact. */
const LONGEST_RING = 2048
/** Turns of a ring that is made anew several times a second. */
const SHORT_RING = 128
/** Of clients that come by least-connections, the part that is spread by weight whatever the counts say. */
const EXPLORING = 0.05
/**
 * Clients of random-two that are expected for each backend when fewer came: a burst may follow, and must not go to one
 * backend because the others had a session more in the moment of the look.
 */
const EXPECTED = 4

/** The shares of some backends, by their index: not negative; only their proportions matter. */
export type Weights = readonly number[]

/** What weights are parts of. */
export function totalOf(weights: Weights): number {
  return weights.reduce((total, weight) => total + weight, 0)
}

/**
 * How often each backend is to be chosen, from what is known of them now. Where user space looks at the counts for each
 * client, the kernel goes by the same shares until the next look: so these are the proportions in which the algorithm would
 * spread `arrivals` clients.
 *
 * @param arrivals clients that are expected before the next look
 */
export function weightsFor(algorithm: Algorithm, backends: readonly Choosable[], arrivals: number): Weights {
  switch (algorithm) {
    case 'least-connections':
      return fill(backends, Math.max(arrivals, backends.length))
    case 'random-two':
      return duelsOf(backends, Math.max(arrivals, EXPECTED * backends.length))
    case 'least-latency':
      return byLatency(backends)
    case 'round-robin':
    case 'ip-hash':
      return backends.map(({ effectiveWeight }) => effectiveWeight)
  }
}

/** Weights as parts of {@link PARTS}; a backend with any weight has at least one, so that there are more for more backends. */
export function sharesOf(backends: readonly Choosable[], weights: Weights): readonly Share[] {
  const total = totalOf(weights)
  if (total <= 0) return []
  const wanted = backends.flatMap(({ number }, index) => {
    const exact = ((weights[index] ?? 0) / total) * PARTS
    return exact > 0 ? [{ number, parts: Math.max(1, Math.floor(exact)), exact }] : []
  })
  let left = PARTS - wanted.reduce((sum, { parts }) => sum + parts, 0)
  // Who lost most by rounding gets a part more, and who has most gives those that are too many.
  const byLoss = [...wanted].sort((a, b) => b.exact - b.parts - (a.exact - a.parts))
  for (let index = 0; left > 0 && byLoss.length > 0; index++, left--) {
    const share = byLoss[index % byLoss.length]
    if (share !== undefined) share.parts++
  }
  for (; left < 0; left++) {
    const largest = wanted.reduce((most, share) => (share.parts > most.parts ? share : most))
    if (largest.parts > 1) largest.parts--
  }
  return wanted.map(({ number, parts }) => ({ number, parts }))
}

/**
 * The order of turns: smooth weighted round robin, once around. Weights that no short ring can show exactly are rounded.
 *
 * @param given how often each one's turn comes, where that is not by its weight
 * @param last who had the last turn, so that the next one begins behind it
 */
export function ringOf(
  backends: readonly Choosable[],
  { given, last }: { readonly given?: Weights; readonly last?: number | undefined } = {},
): readonly number[] {
  const weights =
    given === undefined
      ? wholeWeights(
          backends.map(({ effectiveWeight }) => effectiveWeight),
          PARTS,
        )
      : wholeWeights(given, SHORT_RING)
  const total = totalOf(weights)
  const turns = new RoundRobin<Candidate & { readonly number: number }>()
  turns.update(
    backends.map((backend, index) => ({
      name: backend.name,
      number: backend.number,
      weight: backend.weight,
      effectiveWeight: weights[index] ?? 1,
      active: 0,
      connectTime: undefined,
      probeTime: undefined,
    })),
  )
  const ring = Array.from({ length: total }, () => turns.pick(undefined, () => true)?.number ?? 0)
  const behind = last === undefined ? 0 : ring.indexOf(last) + 1
  return [...ring.slice(behind), ...ring.slice(0, behind)]
}

/** The slots of ip-hash by the numbers of whom they belong to; 0 = nobody. */
export function slotsOf(backends: readonly Choosable[]): {
  readonly first: number[]
  readonly second: number[]
} {
  const { first, second } = rankSlots(backends)
  const numberOf = (index: number): number => backends[index]?.number ?? 0
  return { first: Array.from(first, numberOf), second: Array.from(second, numberOf) }
}

/** @param turns in a ring, about, where the weights are not whole */
function wholeWeights(weights: Weights, turns: number): readonly number[] {
  const total = totalOf(weights)
  if (weights.every(Number.isInteger)) {
    const divisor = weights.reduce(greatestCommonDivisor, 0)
    if (total / divisor <= LONGEST_RING) return weights.map(weight => weight / divisor)
  }
  const scale = turns / Math.max(total, 1e-9)
  return weights.map(weight => Math.max(1, Math.round(weight * scale)))
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}

/** Pours clients in where the load, sessions by weight, is least, until all are equally full. */
function fill(backends: readonly Choosable[], arrivals: number): Weights {
  const byLoad = [...backends].sort((a, b) => a.active / a.effectiveWeight - b.active / b.effectiveWeight)
  let [weight, active, level] = [0, 0, 0]
  for (const [index, backend] of byLoad.entries()) {
    weight += backend.effectiveWeight
    active += backend.active
    level = (active + arrivals) / weight
    const next = byLoad[index + 1]
    if (next === undefined || level <= next.active / next.effectiveWeight) break
  }
  const total = backends.reduce((sum, { effectiveWeight }) => sum + effectiveWeight, 0)
  return backends.map(({ active, effectiveWeight }) => {
    const wanted = Math.max(0, level * effectiveWeight - active) / arrivals
    return (1 - EXPLORING) * wanted + (EXPLORING * effectiveWeight) / total
  })
}

/** Steps in which the arrivals of one interval are counted in. */
const STEPS = 16

/** The mean chances while clients arrive: each one that has come weighs for those that come after it. */
function duelsOf(backends: readonly Choosable[], arrivals: number): Weights {
  let now = backends
  const chances = backends.map(() => 0)
  for (let step = 0; step < STEPS; step++) {
    const share = duels(now)
    for (const [index, chance] of share.entries()) chances[index] = (chances[index] ?? 0) + chance / STEPS
    now = now.map((backend, index) => ({
      ...backend,
      active: backend.active + ((share[index] ?? 0) * arrivals) / STEPS,
    }))
  }
  return chances
}

/** The chance of each to be the less loaded one of two that are drawn by weight. */
export function duels(backends: readonly Choosable[]): Weights {
  if (backends.length === 1) return [1]
  const total = backends.reduce((sum, { effectiveWeight }) => sum + effectiveWeight, 0)
  const load = ({ active, effectiveWeight }: Choosable): number => (active + 1) / effectiveWeight
  return backends.map((one, index) =>
    backends.reduce((chance, other, otherIndex) => {
      if (otherIndex === index || load(other) < load(one)) return chance
      const [a, b] = [one.effectiveWeight, other.effectiveWeight]
      const first = (a / total) * (b / (total - a))
      const second = (b / total) * (a / (total - b))
      // Of two that are equally loaded the first one drawn is taken.
      return chance + first + (load(other) > load(one) ? second : 0)
    }, 0),
  )
}

/** Who answers probes in half the time gets twice the clients; who was not measured counts as the fastest. */
function byLatency(backends: readonly Choosable[]): Weights {
  const times = backends.map(({ probeTime }) =>
    probeTime === undefined ? undefined : Math.max(1, probeTime),
  )
  const fastest = Math.min(...times.map(time => time ?? Infinity))
  const known = Number.isFinite(fastest) ? fastest : 1
  return backends.map(({ effectiveWeight }, index) => effectiveWeight / (times[index] ?? known))
}
