import type { Algorithm } from '../../core/strategy/index.js'
import {
  ringOf,
  sharesOf,
  slotsOf,
  totalOf,
  weightsFor,
  type Choice,
  type Choosable,
  type Weights,
} from './choice.js'

/** How much the share of a backend must differ, as a part of all, to be worth a change of the ruleset. */
const NOTICEABLE = 0.01

/** What was counted of the clients of a family. */
export interface Clients {
  /** Flows that were given a backend, which is how many turns were taken. */
  readonly given: number
  /** Those between the last two looks. */
  readonly arrivals: number
}

/** How the kernel chooses among the backends of one family: what it was told last, and what is worth telling it. */
export class Chooser {
  #weights: Weights = []
  /** The turns, what they were made of, and how many flows had been given by then. */
  #turns: { readonly key: string; readonly ring: readonly number[]; readonly since: number } | undefined
  #slots: { readonly key: string; readonly slots: ReturnType<typeof slotsOf> } | undefined

  /** Begins anew, as for another algorithm. */
  reset(): void {
    this.#turns = undefined
    this.#slots = undefined
  }

  /** How to choose among these from now on. */
  choose(balance: Algorithm, candidates: readonly Choosable[], { given, arrivals }: Clients): Choice {
    const weights = weightsFor(balance, candidates, arrivals)
    this.#weights = weights
    if (candidates.length === 0) {
      // Whose slots are kept is nobody's for now: they need not be found again.
      return this.#slots === undefined
        ? { kind: 'none' }
        : { kind: 'slots', ...this.#slots.slots, shares: [] }
    }
    if (balance === 'round-robin') return { kind: 'turns', ring: this.#ring(candidates, given) }
    // By turns, as chance would keep the sessions apart for longer than the counts are old.
    if (balance === 'least-connections')
      return { kind: 'turns', ring: ringOf(candidates, { given: weights }) }
    const shares = sharesOf(candidates, weights)
    if (balance !== 'ip-hash') return { kind: 'shares', shares }
    return { kind: 'slots', ...this.#slotsFor(candidates), shares }
  }

  /** Whether turns are taken that these candidates would change: whose turn it is has to be known first. */
  changesTurns(candidates: readonly Choosable[]): boolean {
    return this.#turns !== undefined && this.#turns.key !== ringKey(candidates)
  }

  /** Whether what was counted asks for noticeably other shares than those in force, or a limit was reached or left. */
  hasShifted(balance: Algorithm, candidates: readonly Choosable[], arrivals: number): boolean {
    const before = this.#weights
    const weights = weightsFor(balance, candidates, arrivals)
    if (weights.length !== before.length) return true
    const [total, totalBefore] = [totalOf(weights), totalOf(before)]
    return weights.some(
      (weight, index) => Math.abs(weight / total - (before[index] ?? 0) / totalBefore) > NOTICEABLE,
    )
  }

  /** The number whose turn is next, and all turns; undefined when it does not go by turns. */
  turn(given: number): { readonly next: number; readonly ring: readonly number[] } | undefined {
    if (this.#turns === undefined || this.#turns.ring.length === 0) return undefined
    const { ring, since } = this.#turns
    return { next: ring[(given - since) % ring.length] ?? 0, ring }
  }

  /** The number that a slot of ip-hash belongs to. */
  ownerOf(slot: number, candidates: readonly Choosable[]): number | undefined {
    if (candidates.length < 2) return candidates[0]?.number
    return this.#slotsFor(candidates).first[slot]
  }

  #ring(candidates: readonly Choosable[], given: number): readonly number[] {
    const key = ringKey(candidates)
    const known = this.#turns
    if (known?.key === key) return known.ring
    const taken = known === undefined ? 0 : given - known.since
    const last = known !== undefined && taken > 0 ? known.ring[(taken - 1) % known.ring.length] : undefined
    const ring = ringOf(candidates, { last })
    this.#turns = { key, ring, since: given }
    return ring
  }

  /** With one backend left, whose slots they are does not matter: so they need not be changed, and changed back. */
  #slotsFor(candidates: readonly Choosable[]): ReturnType<typeof slotsOf> {
    const key = candidates.map(({ name, number, weight }) => `${name} ${number} ${weight}`).join()
    const known = this.#slots
    if (known !== undefined && (known.key === key || candidates.length < 2)) return known.slots
    const slots = slotsOf(candidates)
    this.#slots = { key, slots }
    return slots
  }
}

function ringKey(candidates: readonly Choosable[]): string {
  return candidates.map(({ number, effectiveWeight }) => `${number}*${effectiveWeight}`).join()
}
