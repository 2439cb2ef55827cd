import type { Clock, Millis, Random } from '../clock.js'
import type { BackendName } from './backend.js'
import { LocalCount, type Count } from './count.js'
import { settle, type Explanation } from './explanation.js'
import type { Tier } from './failover.js'
import { LiveBackend, type Lease } from './lease.js'
import type { Snapshot } from './snapshot.js'
import { createStrategy, type Algorithm } from './strategy/index.js'
import type { Client, Strategy } from './strategy/strategy.js'

const PRIMARIES_FIRST: readonly Tier[] = ['primary', 'backup']
const BACKUPS_FIRST: readonly Tier[] = ['backup', 'primary']

/** The count of a backend's sessions. */
export type CountOf = (backend: BackendName) => Count

/**
 * Gives each client a backend of the last snapshot. Choosing and counting are one step, so a burst cannot pile onto
 * one backend; where another thread counts in between, the choice is made again. The tier that does not serve is asked
 * last: for when the serving one is full or was tried in vain.
 */
export class Balancer {
  readonly #clock: Clock
  readonly #countOf: CountOf
  readonly #known = new Map<BackendName, LiveBackend>()
  readonly #random: Random
  #algorithm: Algorithm
  #strategies: Readonly<Record<Tier, Strategy<LiveBackend>>>
  /** Everyone of the last snapshot, in its order, and those that clients may be given. */
  #listed: readonly LiveBackend[] = []
  #tiers: Readonly<Record<Tier, readonly LiveBackend[]>> = { primary: [], backup: [] }
  #order: readonly Tier[] = PRIMARIES_FIRST
  #pickedAt: Millis = 0

  /** @param countOf asked once for each backend; the balancers of several threads share counts through it */
  constructor(algorithm: Algorithm, clock: Clock, random: Random, countOf: CountOf = () => new LocalCount()) {
    this.#clock = clock
    this.#countOf = countOf
    this.#random = random
    this.#algorithm = algorithm
    this.#strategies = this.#createStrategies()
  }

  /** Chooses by another algorithm from the next pick on; the same one goes on as it was. */
  use(algorithm: Algorithm): void {
    if (algorithm === this.#algorithm) return
    this.#algorithm = algorithm
    this.#strategies = this.#createStrategies()
    this.#spread()
  }

  /** Replaces what is known of the backends, then tells the leases of revoked ones before it returns. */
  update(snapshot: Snapshot): void {
    const tiers: Record<Tier, LiveBackend[]> = { primary: [], backup: [] }
    const listed: LiveBackend[] = []
    const names = new Set<BackendName>()
    for (const entry of snapshot.backends) {
      const live = this.#live(entry.backend)
      live.update(entry)
      names.add(live.name)
      listed.push(live)
      if (live.eligible) tiers[entry.backend.backup ? 'backup' : 'primary'].push(live)
    }
    for (const [name, live] of this.#known) {
      if (names.has(name)) continue
      live.retire()
      // With its sessions it would lose their count, should it be configured again.
      if (!live.isLeased) this.#known.delete(name)
    }
    this.#order = snapshot.failover === 'primary' ? PRIMARIES_FIRST : BACKUPS_FIRST
    this.#listed = listed
    this.#tiers = tiers
    this.#spread()
    for (const entry of snapshot.backends) this.#known.get(entry.backend.name)?.revoke(entry)
  }

  /** A counted place on the backend for this client, none of `tried`; undefined when no eligible one has room. */
  acquire(client: Client, tried?: ReadonlySet<BackendName>): Lease | undefined {
    const allowed =
      tried === undefined
        ? hasRoom
        : (candidate: LiveBackend) => hasRoom(candidate) && !tried.has(candidate.name)
    this.#pickedAt = this.#clock.now()
    for (const tier of this.#order) {
      for (;;) {
        const picked = this.#strategies[tier].pick(client, allowed)
        if (picked === undefined) break
        const lease = picked.lease()
        if (lease !== undefined) return lease
      }
    }
    return undefined
  }

  /** Which backend a client would be given now, and why. Nothing changes by asking. */
  explain(client: Client): Explanation {
    this.#pickedAt = this.#clock.now()
    const previews = this.#order.map(tier => ({
      tier,
      members: this.#tiers[tier],
      preview: this.#strategies[tier].preview(client, hasRoom),
    }))
    const explanation = settle(this.#listed, previews)
    for (const live of this.#listed) live.disregard()
    return explanation
  }

  /** Sessions of a backend in this thread or in all, as {@link CountOf} counts them; 0 for one that is not known. */
  held(backend: BackendName): number {
    return this.#known.get(backend)?.sessions ?? 0
  }

  /** Whether a backend is in the last snapshot, or was and still has sessions here. */
  knows(backend: BackendName): boolean {
    return this.#known.has(backend)
  }

  #createStrategies(): Record<Tier, Strategy<LiveBackend>> {
    return {
      primary: createStrategy(this.#algorithm, this.#random),
      backup: createStrategy(this.#algorithm, this.#random),
    }
  }

  #spread(): void {
    this.#strategies.primary.update(this.#tiers.primary)
    this.#strategies.backup.update(this.#tiers.backup)
  }

  #live(backend: LiveBackend['backend']): LiveBackend {
    const known = this.#known.get(backend.name)
    if (known !== undefined) return known
    const count = this.#countOf(backend.name)
    const live = new LiveBackend(backend, this.#clock, count, () => this.#pickedAt)
    this.#known.set(backend.name, live)
    return live
  }
}

function hasRoom(candidate: LiveBackend): boolean {
  return candidate.hasRoom
}
