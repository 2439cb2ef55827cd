import { load } from './least-connections.js'
import { Rotation } from './rotation.js'
import type { Candidate, Strategy } from './strategy.js'

/** Peers whose score is at most this times the least one take turns. */
const TOLERANCE = 1.2

/**
 * Least latency x (active + 1) / weight; peers within 20 % rotate. A candidate never measured counts as the fastest
 * known one, so it is tried; one that was slow is tried again because its latency fades while it is not measured.
 */
export class LeastLatency<C extends Candidate> implements Strategy<C> {
  readonly #rotation = new Rotation<C>()
  #candidates: readonly C[] = []

  update(candidates: readonly C[]): void {
    this.#candidates = candidates
    this.#rotation.update(candidates)
  }

  pick(_client: unknown, allowed: (candidate: C) => boolean): C | undefined {
    let fastest = Infinity
    for (const { latency } of this.#candidates) {
      if (latency !== undefined && latency < fastest) fastest = latency
    }
    const assumed = fastest === Infinity ? 1 : fastest
    return this.#rotation.least(
      candidate => (candidate.latency ?? assumed) * load(candidate),
      allowed,
      TOLERANCE,
    )
  }
}
