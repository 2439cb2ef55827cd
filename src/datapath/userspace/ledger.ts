import type { BackendName } from '../../core/backend.js'
import { addStats, withAtLeast, withoutSessions, type ServiceStats } from '../../core/stats.js'
import type { ThreadStats } from './data-thread.js'
import { DropTotal } from './udp-kernel-drops.js'

/**
 * The totals of all threads, those that have ended included. Each thread counts for itself and is asked when somebody
 * wants to know; no total goes backwards when one is replaced by another that begins at 0.
 */
export class Ledger {
  /** What each thread counted when it was asked last. */
  readonly #latest = new Map<number, readonly ServiceStats[]>()
  #ended: readonly ServiceStats[] = []
  readonly #drops = new Map<string, DropTotal>()

  /** Takes in what a thread has counted since it started. */
  take(thread: number, stats: readonly ThreadStats[]): void {
    this.#latest.set(
      thread,
      stats.map(({ counted }) => counted),
    )
    for (const { counted, kernelDrops } of stats) this.#dropsOf(counted.service).add(kernelDrops)
  }

  /**
   * A thread has ended: what it said last is final, and the sessions it still had ended with it.
   *
   * @param held sessions that it is known to have had in the end, by service and backend: those that it could not tell
   *   of any more began since it was asked last
   */
  end(thread: number, held: ReadonlyMap<string, ReadonlyMap<BackendName, number>>): void {
    const last = this.#latest.get(thread) ?? []
    this.#latest.delete(thread)
    const final = last.map(stats => withAtLeast(stats, held.get(stats.service) ?? new Map()))
    this.#ended = sum([this.#ended, final.map(stats => withoutSessions(stats, 'worker-failed'))])
  }

  /** Forgets what was counted for a service that is gone. */
  forget(service: string): void {
    this.#ended = this.#ended.filter(stats => stats.service !== service)
    this.#drops.delete(service)
  }

  /** Forgets what ended threads counted for backends of a service that are gone. */
  retain(service: string, known: ReadonlySet<BackendName>): void {
    this.#ended = this.#ended.map(stats =>
      stats.service === service
        ? { ...stats, backends: stats.backends.filter(({ backend }) => known.has(backend)) }
        : stats,
    )
  }

  total(): readonly ServiceStats[] {
    return sum([this.#ended, ...this.#latest.values()]).map(stats => ({
      ...stats,
      dropped: { ...stats.dropped, kernel: this.#dropsOf(stats.service).value },
    }))
  }

  #dropsOf(service: string): DropTotal {
    const known = this.#drops.get(service)
    if (known !== undefined) return known
    const drops = new DropTotal()
    this.#drops.set(service, drops)
    return drops
  }
}

function sum(parts: readonly (readonly ServiceStats[])[]): readonly ServiceStats[] {
  const services = new Map<string, ServiceStats>()
  for (const stats of parts.flat()) {
    const known = services.get(stats.service)
    services.set(stats.service, known === undefined ? stats : addStats(known, stats))
  }
  return [...services.values()]
}
