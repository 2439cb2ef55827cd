import { addStats, withoutSessions, type ServiceStats } from '../../core/stats.js'
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

  /** Sessions that a thread had when it was asked last. */
  sessionsOf(thread: number): number {
    const backends = (this.#latest.get(thread) ?? []).flatMap(({ backends }) => backends)
    return backends.reduce((sum, { sessions }) => sum + sessions.tcp.active + sessions.udp.active, 0)
  }

  /** A thread has ended: what it said last is final, and sessions it still had then ended with it. */
  end(thread: number): void {
    const last = this.#latest.get(thread) ?? []
    this.#latest.delete(thread)
    this.#ended = sum([this.#ended, last.map(stats => withoutSessions(stats, 'worker-failed'))])
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
