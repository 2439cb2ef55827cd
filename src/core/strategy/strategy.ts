import type { Millis } from '../../clock.js'
import type { BackendName } from '../backend.js'

/** Whoever wants a backend. The address alone decides where ip-hash sends it; empty for a unix socket. */
export interface Client {
  /** A literal address; an IPv4-mapped IPv6 one counts as IPv4. */
  readonly address: string
  readonly port: number
}

/** A backend that a strategy may pick, with what it may weigh. Owned by the balancer, one object a backend. */
export interface Candidate {
  readonly name: BackendName
  /** The configured weight, 1 to 256: what a stable map is built from. */
  readonly weight: number
  /** The weight right now, above 0: less than `weight` during a slow start. */
  readonly effectiveWeight: number
  /** Sessions it holds, connects under way included. */
  readonly active: number
  /** Smoothed time its connects take; undefined = not measured recently. */
  readonly connectTime: Millis | undefined
  /** Smoothed time its probes take; undefined = not measured recently. */
  readonly probeTime: Millis | undefined
}

/** One way to choose. Not told of sessions that end: `active` says all that is needed. */
export interface Strategy<C extends Candidate = Candidate> {
  /** Takes the candidates of one tier, in the order they were configured in, whenever they or their weights change. */
  update(candidates: readonly C[]): void
  /**
   * The candidate for this client among those that `allowed` lets through; undefined when it lets none.
   * A rotating strategy moves on; nothing else changes.
   */
  pick(client: Client, allowed: (candidate: C) => boolean): C | undefined
  /** What {@link pick} would do now. Nothing changes by asking. */
  preview(client: Client, allowed: (candidate: C) => boolean): Preview<C>
}

/** A choice and what it rests on. */
export interface Preview<C> {
  /** The candidate that would be picked; where chance decides, the likeliest one. */
  readonly picked: C | undefined
  /** What a candidate is compared by, among those that are allowed. */
  score(candidate: C): number
  /** What the score is, and which one wins, in words. */
  readonly rule: string
}
