import type { BackendName } from '../backend.js'
import type { Candidate, Strategy } from './strategy.js'

interface Turn {
  readonly candidate: Candidate
  current: number
}

/**
 * Smooth weighted round robin, as nginx does it: each pick adds every weight to its current value, takes the
 * largest, and subtracts the total from that one. The position of each backend outlives updates, absence included.
 */
export class RoundRobin implements Strategy {
  #turns: readonly Turn[] = []
  readonly #absent = new Map<BackendName, number>()

  update(candidates: readonly Candidate[]): void {
    for (const { candidate, current } of this.#turns) this.#absent.set(candidate.name, current)
    this.#turns = candidates.map(candidate => ({ candidate, current: this.#absent.get(candidate.name) ?? 0 }))
    for (const { name } of candidates) this.#absent.delete(name)
  }

  pick(_client: unknown, allowed: (candidate: Candidate) => boolean): Candidate | undefined {
    let best: Turn | undefined
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
}
