import { Rotation } from './rotation.js'
import type { Candidate, Preview, Strategy } from './strategy.js'

/** How full a candidate would be with one more session: least is best. */
export function load(candidate: Candidate): number {
  return (candidate.active + 1) / candidate.effectiveWeight
}

/** Least (active + 1) / weight, where active counts connects under way; ties rotate. */
export class LeastConnections<C extends Candidate> implements Strategy<C> {
  readonly #rotation = new Rotation<C>()

  update(candidates: readonly C[]): void {
    this.#rotation.update(candidates)
  }

  pick(_client: unknown, allowed: (candidate: C) => boolean): C | undefined {
    return this.#rotation.least(load, allowed)
  }

  preview(_client: unknown, allowed: (candidate: C) => boolean): Preview<C> {
    const picked = this.#rotation.peek(load, allowed)
    return { picked, score: load, rule: 'the least (sessions + 1) / weight, and equals take turns' }
  }
}
