import type { Clock, Millis } from '../clock.js'
import { isSameEndpoint, type Backend, type BackendName, type Endpoint } from './backend.js'
import { addBelow, LocalCount, type Count } from './count.js'
import { Latency } from './latency.js'
import type { BackendSnapshot, RevokeReason } from './snapshot.js'
import type { Candidate } from './strategy/strategy.js'

/** A backend as the data path uses it: one object for as long as the backend is known, changed by snapshots. */
export class LiveBackend implements Candidate {
  /** As configured in the last snapshot. */
  backend: Backend
  /** Where it is: the same object for as long as that is the same place. */
  endpoint: Endpoint
  effectiveWeight: number
  /** False while its health is `down`. */
  healthy = true
  /** May be given to new clients of its tier. */
  eligible = false
  readonly #clock: Clock
  readonly #pickedAt: () => Millis
  readonly #count: Count
  readonly #leases = new Set<Lease>()
  readonly #latency = new Latency()
  /** The sessions of all threads as the pick under way saw them; undefined when it did not look. */
  #seen: number | undefined
  #revocation: number | undefined

  /**
   * @param count its sessions, in this thread and in any other
   * @param pickedAt the time of the pick under way: one look at the clock does for all backends
   */
  constructor(
    backend: Backend,
    clock: Clock,
    count: Count = new LocalCount(),
    pickedAt: () => Millis = () => clock.now(),
  ) {
    this.backend = backend
    this.endpoint = backend.endpoint
    this.effectiveWeight = backend.weight
    this.#clock = clock
    this.#pickedAt = pickedAt
    this.#count = count
  }

  get name(): BackendName {
    return this.backend.name
  }

  get weight(): number {
    return this.backend.weight
  }

  get active(): number {
    return (this.#seen = this.#count.value)
  }

  /** The same number for those who do not pick. */
  get sessions(): number {
    return this.#count.value
  }

  /** Whether this thread holds a lease on it. */
  get isLeased(): boolean {
    return this.#leases.size > 0
  }

  get connectTime(): Millis | undefined {
    return this.#latency.connectTime(this.#pickedAt())
  }

  get probeTime(): Millis | undefined {
    return this.#latency.probeTime(this.#pickedAt())
  }

  /** Whether its own limit leaves room for one more session. */
  get hasRoom(): boolean {
    const { maxConnections } = this.backend
    return maxConnections === undefined || this.active < maxConnections
  }

  /**
   * Counts a session in. The lease that comes back counts it out again; undefined when another thread took a place
   * since {@link active} was looked at, so that what was concluded from it may be wrong.
   */
  lease(): Lease | undefined {
    const seen = this.#seen
    this.#seen = undefined
    // What was looked at first may have had room, and what was looked at last may not.
    if (seen !== undefined && seen >= (this.backend.maxConnections ?? Infinity)) return undefined
    if (!(seen === undefined ? addBelow(this.#count, Infinity) : this.#count.addTo(seen))) return undefined
    const lease = new Lease(this, this.#count, this.#leases)
    this.#leases.add(lease)
    this.#latency.tried(this.#pickedAt())
    return lease
  }

  /** Nothing follows from the looks at {@link active} until now: nobody is picked. */
  disregard(): void {
    this.#seen = undefined
  }

  /** Takes over what a snapshot says of this backend. */
  update(snapshot: BackendSnapshot): void {
    this.backend = snapshot.backend
    const { endpoint } = snapshot.backend
    if (!isSameEndpoint(endpoint, this.endpoint)) this.endpoint = endpoint
    this.healthy = snapshot.healthy
    this.eligible = snapshot.eligible
    this.effectiveWeight = snapshot.effectiveWeight
    if (snapshot.probeTime !== undefined) this.#latency.probed(snapshot.probeTime, this.#clock.now())
  }

  /** Tells every lease that a snapshot revoked, once a revocation. */
  revoke({ revocation }: BackendSnapshot): void {
    if (revocation?.count === this.#revocation) return
    this.#revocation = revocation?.count
    if (revocation === undefined) return
    const { reason } = revocation
    for (const lease of [...this.#leases]) {
      // Another server is down, and not the one that it had before.
      if (reason !== 'backend-down' || lease.isCurrent) lease.onRevoked?.(reason)
    }
  }

  /** No longer configured: it takes no new session, and those it has live on. */
  retire(): void {
    this.eligible = false
  }

  /** Takes in the time one of its connects took. */
  measured(connectTime: Millis): void {
    this.#latency.connected(connectTime, this.#clock.now())
  }
}

/** The right to one session on a backend, counted from the moment it exists. */
export class Lease {
  readonly backend: LiveBackend
  /** Where the backend was when it was given. */
  readonly endpoint: Endpoint
  /** Called when the session must end now; set by whoever holds the lease, who still has to release it. */
  onRevoked: ((reason: RevokeReason) => void) | undefined
  readonly #count: Count
  readonly #open: Set<Lease>

  constructor(backend: LiveBackend, count: Count, open: Set<Lease>) {
    this.backend = backend
    this.endpoint = backend.endpoint
    this.#count = count
    this.#open = open
  }

  /** Whether the backend is still where it was: what its session meets says something of it, and its health of the session. */
  get isCurrent(): boolean {
    return this.endpoint === this.backend.endpoint
  }

  /** Gives the place back; the second call and later ones do nothing. */
  release(): void {
    if (this.#open.delete(this)) this.#count.subtract()
  }
}
