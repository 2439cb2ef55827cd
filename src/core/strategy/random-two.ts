import type { Random } from '../../clock.js'
import { load } from './least-connections.js'
import type { Candidate, Strategy } from './strategy.js'

/**
 * The better by least-connections of two different candidates drawn at random by weight: close to the best choice
 * without the herd that a shared view of "the best" makes (Mitzenmacher, The power of two choices, 2001).
 */
export class RandomTwo<C extends Candidate> implements Strategy<C> {
  #candidates: readonly C[] = []
  readonly #random: Random

  constructor(random: Random) {
    this.#random = random
  }

  update(candidates: readonly C[]): void {
    this.#candidates = candidates
  }

  pick(_client: unknown, allowed: (candidate: C) => boolean): C | undefined {
    const first = this.#draw(allowed)
    const second = this.#draw(candidate => candidate !== first && allowed(candidate))
    if (first === undefined || second === undefined) return first
    return load(second) < load(first) ? second : first
  }

  #draw(allowed: (candidate: C) => boolean): C | undefined {
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
