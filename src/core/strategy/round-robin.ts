import type { BackendName } from '../backend.js'
import type { Candidate, Preview, Strategy } from './strategy.js'

interface Turn<C> {
  readonly candidate: C
  current: number
}

/** Positions of absent backends that are remembered: beyond it, those that are gone for longest are forgotten. */
const REMEMBERED = 1000

/**
 * Smooth weighted round robin, as nginx does it: each pick adds every weight to its current value, takes the
 * largest, and subtracts the total from that one. The position of each backend outlives updates, absence included.
 */
export class RoundRobin<C extends Candidate> implements Strategy<C> {
  #turns: readonly Turn<C>[] = []
  readonly #absent = new Map<BackendName, number>()

  update(candidates: readonly C[]): void {
    for (const { candidate, current } of this.#turns) {
      this.#absent.delete(candidate.name)
      this.#absent.set(candidate.name, current)
    }
    const round = candidates.reduce((total, { effectiveWeight }) => total + effectiveWeight, 0)
    this.#turns = candidates.map(candidate => {
      // When weights shrank, a position of the old scale would send a burst to one backend.
      const current = Math.max(-round, Math.min(round, this.#absent.get(candidate.name) ?? 0))
      return { candidate, current }
    })
    for (const { name } of candidates) this.#absent.delete(name)
    for (const name of this.#absent.keys()) {
      if (this.#absent.size <= REMEMBERED) break
      this.#absent.delete(name)
    }
  }

  pick(_client: unknown, allowed: (candidate: C) => boolean): C | undefined {
    let best: Turn<C> | undefined
    let total = 0
    for (const turn of this.#turns) {
      if (!allowed(turn.candidate)) continue
      const weight = turn.candidate.effectiveWeight
      turn.current += weight
      total += weight
      if (best === undefined || turn.current > best.current) best = turn
    }
    if (best === undefined) return undefined
    best.current -= total
    return best.candidate
  }

  preview(_client: unknown, allowed: (candidate: C) => boolean): Preview<C> {
    const scores = new Map<C, number>()
    let picked: C | undefined
    let most = -Infinity
    for (const { candidate, current } of this.#turns) {
      const score = current + candidate.effectiveWeight
      scores.set(candidate, score)
      if (!allowed(candidate) || score <= most) continue
      picked = candidate
      most = score
    }
    const rule =
      'the highest turn: each pick adds every weight, and takes the sum of them from the one it picks'
    return { picked, score: candidate => scores.get(candidate) ?? 0, rule }
  }
}
