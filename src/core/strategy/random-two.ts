import type { Random } from '../../clock.js'
import { load } from './least-connections.js'
import type { Candidate, Preview, Strategy } from './strategy.js'

/** Draws from all candidates before those that are not allowed are sorted out: nearly always the first one does. */
const DRAWS = 4

/**
 * The better by least-connections of two different candidates drawn at random by weight: close to the best choice
 * without the herd that a shared view of "the best" makes (Mitzenmacher, The power of two choices, 2001).
 */
export class RandomTwo<C extends Candidate> implements Strategy<C> {
  #candidates: readonly C[] = []
  /** The weight of each candidate and all before it. */
  #upTo = new Float64Array(0)
  readonly #random: Random

  constructor(random: Random) {
    this.#random = random
  }

  update(candidates: readonly C[]): void {
    this.#candidates = candidates
    let total = 0
    this.#upTo = Float64Array.from(candidates, ({ effectiveWeight }) => (total += effectiveWeight))
  }

  pick(_client: unknown, allowed: (candidate: C) => boolean): C | undefined {
    const first = this.#draw(allowed)
    const second = this.#draw(candidate => candidate !== first && allowed(candidate))
    if (first === undefined || second === undefined) return first
    return load(second) < load(first) ? second : first
  }

  preview(_client: unknown, allowed: (candidate: C) => boolean): Preview<C> {
    const chances = chancesOf(this.#candidates.filter(allowed))
    let picked: C | undefined
    for (const [candidate, chance] of chances)
      if (chance > (picked ? chanceOf(picked) : 0)) picked = candidate
    function chanceOf(candidate: C): number {
      return chances.get(candidate) ?? 0
    }
    const rule =
      'chance decides: the score is the chance to be picked, as the less loaded of two drawn by weight'
    return { picked, score: chanceOf, rule }
  }

  /** Draws from all until an allowed one comes, which leaves their weights as they are; from those alone if none does. */
  #draw(allowed: (candidate: C) => boolean): C | undefined {
    for (let draw = 0; draw < DRAWS; draw++) {
      const drawn = this.#drawAny()
      if (drawn !== undefined && allowed(drawn)) return drawn
    }
    return this.#drawFrom(allowed)
  }

  #drawAny(): C | undefined {
    const upTo = this.#upTo
    const point = this.#random() * (upTo.at(-1) ?? 0)
    let first = 0
    let last = upTo.length - 1
    while (first < last) {
      const middle = (first + last) >> 1
      if (point < Number(upTo[middle])) last = middle
      else first = middle + 1
    }
    return this.#candidates[first]
  }

  #drawFrom(allowed: (candidate: C) => boolean): C | undefined {
    let total = 0
    for (const candidate of this.#candidates) {
      if (allowed(candidate)) total += candidate.effectiveWeight
    }
    let left = this.#random() * total
    let drawn: C | undefined
    for (const candidate of this.#candidates) {
      if (!allowed(candidate)) continue
      drawn = candidate
      left -= candidate.effectiveWeight
      if (left < 0) break
    }
    return drawn
  }
}

/** The chance of each to be picked. Two that are equally loaded go to the one that is drawn first. */
function chancesOf<C extends Candidate>(candidates: readonly C[]): Map<C, number> {
  const chances = new Map<C, number>(candidates.length === 1 ? candidates.map(only => [only, 1]) : [])
  const total = candidates.reduce((sum, { effectiveWeight }) => sum + effectiveWeight, 0)
  for (const first of candidates) {
    for (const second of candidates) {
      if (second === first) continue
      const drawn =
        (first.effectiveWeight / total) * (second.effectiveWeight / (total - first.effectiveWeight))
      const better = load(second) < load(first) ? second : first
      chances.set(better, (chances.get(better) ?? 0) + drawn)
    }
  }
  return chances
}
