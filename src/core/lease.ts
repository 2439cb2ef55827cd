import type { Clock, Millis } from '../clock.js'
import type { Backend, BackendName } from './backend.js'
import type { BackendSnapshot, RevokeReason } from './snapshot.js'
import type { Candidate } from './strategy/strategy.js'

/** How long a latency that is not measured again takes to count half. */
const LATENCY_HALF_LIFE: Millis = 10_000
/** The share of a new sample in the smoothed latency. */
const LATENCY_GAIN = 0.3

/** A backend as the data path uses it: one object for as long as the backend is known, changed by snapshots. */
export class LiveBackend implements Candidate {
  /** As configured in the last snapshot. */
  backend: Backend
  active = 0
  effectiveWeight: number
  /** False while its health is `down`. */
  healthy = true
  /** May be given to new clients of its tier. */
  eligible = false
  readonly #clock: Clock
  readonly #leases = new Set<Lease>()
  #latency: { value: number; measuredAt: Millis } | undefined
  #revocation: number | undefined
  #lastProbeLatency: number | undefined

  constructor(backend: Backend, clock: Clock) {
    this.backend = backend
    this.effectiveWeight = backend.weight
    this.#clock = clock
  }

  get name(): BackendName {
    return this.backend.name
  }

  get weight(): number {
    return this.backend.weight
  }

  get latency(): number | undefined {
    if (this.#latency === undefined) return undefined
    const age = this.#clock.now() - this.#latency.measuredAt
    return this.#latency.value * 2 ** (-age / LATENCY_HALF_LIFE)
  }

  /** Whether its own limit leaves room for one more session. */
  get hasRoom(): boolean {
    const { maxConnections } = this.backend
    return maxConnections === undefined || this.active < maxConnections
  }

  /** Counts a session in. The lease that comes back counts it out again. */
  lease(): Lease {
    const lease = new Lease(this, this.#leases)
    this.#leases.add(lease)
    this.active++
    return lease
  }

  /** Takes over what a snapshot says of this backend. */
  update(snapshot: BackendSnapshot): void {
    this.backend = snapshot.backend
    this.healthy = snapshot.healthy
    this.eligible = snapshot.eligible
    this.effectiveWeight = snapshot.effectiveWeight
    if (snapshot.probeLatency !== undefined && snapshot.probeLatency !== this.#lastProbeLatency) {
      this.#lastProbeLatency = snapshot.probeLatency
      this.measured(snapshot.probeLatency)
    }
  }

  /** Tells every lease that a snapshot revoked, once a revocation. */
  revoke({ revocation }: BackendSnapshot): void {
    if (revocation?.count === this.#revocation) return
    this.#revocation = revocation?.count
    if (revocation === undefined) return
    for (const lease of [...this.#leases]) lease.onRevoked?.(revocation.reason)
  }

  /** No longer configured: it takes no new session, and those it has live on. */
  retire(): void {
    this.eligible = false
  }

  /** Takes a connect or probe time, in milliseconds, into the smoothed latency. */
  measured(latency: Millis): void {
    const now = this.#clock.now()
    const value = this.#latency
      ? this.#latency.value + LATENCY_GAIN * (latency - this.#latency.value)
      : latency
    this.#latency = { value, measuredAt: now }
  }
}

/** The right to one session on a backend, counted from the moment it exists. */
export class Lease {
  readonly backend: LiveBackend
  /** Called when the session must end now; set by whoever holds the lease, who still has to release it. */
  onRevoked: ((reason: RevokeReason) => void) | undefined
  readonly #open: Set<Lease>

  constructor(backend: LiveBackend, open: Set<Lease>) {
    this.backend = backend
    this.#open = open
  }

  /** Gives the place back; the second call and later ones do nothing. */
  release(): void {
    if (this.#open.delete(this)) this.backend.active--
  }
}
