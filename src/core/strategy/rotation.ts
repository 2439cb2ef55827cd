import type { Candidate } from './strategy.js'

/** Finds the least of a list and starts the next search behind what it found, so that equals take turns. */
export class Rotation<C extends Candidate> {
  #candidates: readonly C[] = []
  #next = 0

  update(candidates: readonly C[]): void {
    this.#candidates = candidates
  }

  /**
   * The allowed candidate with the least `score`. Scores up to `tolerance` times the least count as equal to it
   * (1 = only equal ones do); the first of them in turn is taken.
   */
  least(score: (candidate: C) => number, allowed: (candidate: C) => boolean, tolerance = 1): C | undefined {
    const index = this.#indexOfLeast(score, allowed, tolerance)
    if (index === undefined) return undefined
    this.#next = index + 1
    return this.#candidates[index]
  }

  /** What {@link least} would take; nobody's turn passes. */
  peek(score: (candidate: C) => number, allowed: (candidate: C) => boolean, tolerance = 1): C | undefined {
    const index = this.#indexOfLeast(score, allowed, tolerance)
    return index === undefined ? undefined : this.#candidates[index]
  }

  #indexOfLeast(
    score: (candidate: C) => number,
    allowed: (candidate: C) => boolean,
    tolerance: number,
  ): number | undefined {
    const bound = tolerance === 1 ? -Infinity : this.#minimum(score, allowed) * tolerance
    const length = this.#candidates.length
    let best: number | undefined
    let bestScore = Infinity
    for (let step = 0; step < length; step++) {
      const index = (this.#next + step) % length
      const candidate = this.#candidates[index]
      if (candidate === undefined || !allowed(candidate)) continue
      const value = score(candidate)
      if (value >= bestScore) continue
      best = index
      bestScore = value
      if (value <= bound) break
    }
    return best
  }

  #minimum(score: (candidate: C) => number, allowed: (candidate: C) => boolean): number {
    let minimum = Infinity
    for (const candidate of this.#candidates) {
      if (allowed(candidate)) minimum = Math.min(minimum, score(candidate))
    }
    return minimum
  }
}
