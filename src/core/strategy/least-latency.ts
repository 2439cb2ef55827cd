import type { Millis } from '../../clock.js'
import { load } from './least-connections.js'
import { Rotation } from './rotation.js'
import type { Candidate, Preview, Strategy } from './strategy.js'

/** Times below this say more about our own event loop than about a backend, and count as equal. */
const NOISE: Millis = 1

/** Peers whose score is at most this times the least one take turns. */
const TOLERANCE = 1.2

/**
 * Least (connect time + probe time, at least 1 ms) x (active + 1) / weight; peers within 20 % rotate. Each time is compared with its
 * own kind only: a candidate without a recent one counts as the fastest of that kind, so it is tried. That is how a
 * slow peer gets clients again: its connect time is forgotten after a while, and then one client finds out whether it
 * still holds; its probe time follows its probes.
 */
export class LeastLatency<C extends Candidate> implements Strategy<C> {
  readonly #rotation = new Rotation<C>()
  #candidates: readonly C[] = []
  #fastestConnect: Millis = 0
  #fastestProbe: Millis = 0

  update(candidates: readonly C[]): void {
    this.#candidates = candidates
    this.#rotation.update(candidates)
  }

  pick(_client: unknown, allowed: (candidate: C) => boolean): C | undefined {
    this.#measure()
    return this.#rotation.least(this.#score, allowed, TOLERANCE)
  }

  preview(_client: unknown, allowed: (candidate: C) => boolean): Preview<C> {
    this.#measure()
    const picked = this.#rotation.peek(this.#score, allowed, TOLERANCE)
    const rule =
      'the least milliseconds to connect and probe x (sessions + 1) / weight, and those within 20 % take turns'
    return { picked, score: this.#score, rule }
  }

  /** Finds the fastest of each kind, which a candidate without a time of its own counts as. */
  #measure(): void {
    let connect: Millis = Infinity
    let probe: Millis = Infinity
    for (const { connectTime = Infinity, probeTime = Infinity } of this.#candidates) {
      connect = Math.min(connect, connectTime)
      probe = Math.min(probe, probeTime)
    }
    this.#fastestConnect = connect < Infinity ? connect : 0
    this.#fastestProbe = probe < Infinity ? probe : 0
  }

  readonly #score = (candidate: C): number => {
    const { connectTime = this.#fastestConnect, probeTime = this.#fastestProbe } = candidate
    return Math.max(NOISE, connectTime + probeTime) * load(candidate)
  }
}
