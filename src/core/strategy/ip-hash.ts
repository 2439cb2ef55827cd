import { readAddress } from '../address.js'
import type { BackendName } from '../backend.js'
import { hashText, jhash, mix32 } from '../hash.js'
import type { Candidate, Client, Preview, Strategy } from './strategy.js'

/** How many slots clients are spread over. Never resized: another number would move every client. */
export const SLOTS = 16_384

/** The slot of a client: the high bits of the hash of its address, as the kernel scales a hash to a range. */
export function slotOf(address: string): number {
  const length = readAddress(address, addressBytes)
  return Math.floor((jhash(addressBytes, length) / 2 ** 32) * SLOTS)
}

const addressBytes = new Uint8Array(16)

interface Contender<C> {
  candidate: C
  readonly weight: number
  readonly keyA: number
  readonly keyB: number
}

/**
 * A fixed table of slots filled by weighted rendezvous hashing (Thaler and Ravishankar 1998; Schindelhauer and
 * Schomaker 2005 for the weights): a slot belongs to the candidate with the highest -weight / ln(u), u drawn from
 * (slot, name). When a candidate leaves only its slots change, and they come back exactly. Slow start is not looked
 * at: the map depends on names, weights and the client only.
 */
export class IpHash<C extends Candidate> implements Strategy<C> {
  readonly #contenders = new Map<BackendName, Contender<C>>()
  readonly #winners = new Array<Contender<C> | undefined>(SLOTS).fill(undefined)
  readonly #scores = new Float64Array(SLOTS)

  update(candidates: readonly C[]): void {
    const wanted = new Map(candidates.map(candidate => [candidate.name, candidate]))
    for (const [name, contender] of this.#contenders) {
      const candidate = wanted.get(name)
      if (candidate?.weight === contender.weight) contender.candidate = candidate
      else this.#contenders.delete(name)
    }
    this.#refillOrphans()
    for (const candidate of candidates) {
      if (!this.#contenders.has(candidate.name)) this.#enter(candidate)
    }
  }

  pick(client: Client, allowed: (candidate: C) => boolean): C | undefined {
    const slot = slotOf(client.address)
    const winner = this.#winners[slot]?.candidate
    if (winner === undefined || allowed(winner)) return winner
    return this.#best(slot, allowed)?.candidate
  }

  preview(client: Client, allowed: (candidate: C) => boolean): Preview<C> {
    const slot = slotOf(client.address)
    const scores = new Map<C, number>()
    for (const contender of this.#contenders.values()) scores.set(contender.candidate, score(contender, slot))
    return {
      picked: this.pick(client, allowed),
      score: candidate => scores.get(candidate) ?? 0,
      rule: `the highest score of its name and weight for slot ${slot} of ${SLOTS}, where the client's address hashes to`,
    }
  }

  #refillOrphans(): void {
    for (const [slot, winner] of this.#winners.entries()) {
      if (winner === undefined || this.#contenders.get(winner.candidate.name) === winner) continue
      const heir = this.#best(slot, () => true)
      this.#winners[slot] = heir
      this.#scores[slot] = heir === undefined ? 0 : score(heir, slot)
    }
  }

  #enter(candidate: C): void {
    const contender = contend(candidate)
    this.#contenders.set(candidate.name, contender)
    for (const [slot, best] of this.#scores.entries()) {
      const value = score(contender, slot)
      if (value <= best) continue
      this.#winners[slot] = contender
      this.#scores[slot] = value
    }
  }

  #best(slot: number, allowed: (candidate: C) => boolean): Contender<C> | undefined {
    let best: Contender<C> | undefined
    let bestScore = 0
    for (const contender of this.#contenders.values()) {
      if (!allowed(contender.candidate)) continue
      const value = score(contender, slot)
      if (value > bestScore) [best, bestScore] = [contender, value]
    }
    return best
  }
}

/** The indices of the two candidates that each slot belongs to before all others; `second` is who inherits it. -1 = nobody. */
export interface SlotRanks {
  readonly first: Int32Array
  readonly second: Int32Array
}

/** The same table as {@link IpHash} has, for a data path that looks slots up by itself. */
export function rankSlots(candidates: readonly Pick<Candidate, 'name' | 'weight'>[]): SlotRanks {
  const first = new Int32Array(SLOTS).fill(-1)
  const second = new Int32Array(SLOTS).fill(-1)
  const best = new Float64Array(SLOTS)
  const next = new Float64Array(SLOTS)
  for (const [index, { name, weight }] of candidates.entries()) {
    const contender = contend({ name, weight })
    for (let slot = 0; slot < SLOTS; slot++) {
      const value = score(contender, slot)
      if (value > Number(best[slot])) {
        next[slot] = Number(best[slot])
        second[slot] = Number(first[slot])
        best[slot] = value
        first[slot] = index
      } else if (value > Number(next[slot])) {
        next[slot] = value
        second[slot] = index
      }
    }
  }
  return { first, second }
}

function contend<C extends Pick<Candidate, 'name' | 'weight'>>(candidate: C): Contender<C> {
  const { name, weight } = candidate
  return { candidate, weight, keyA: hashText(name, 0), keyB: hashText(name, 0x9e3779b9) }
}

/** Above 0. Two keys make equal scores of different names practically impossible, in whatever order they came. */
function score({ weight, keyA, keyB }: Contender<unknown>, slot: number): number {
  const hash = mix32((mix32(keyA ^ Math.imul(slot + 1, 0x9e3779b1)) + keyB) | 0) >>> 0
  return -weight / Math.log((hash + 0.5) / 2 ** 32)
}
