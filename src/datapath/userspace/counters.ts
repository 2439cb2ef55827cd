import type { BackendName } from '../../core/backend.js'
import type { Drop, EndReason, Protocol, Refusal } from '../../core/outcome.js'
import type { BackendStats, HistogramStats, ServiceStats, SessionStats } from '../../core/stats.js'

/** Upper bounds in seconds: a connect on a LAN to one that times out. */
const CONNECT_BOUNDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
/** Upper bounds in seconds: a health check's connection to one that stays for a day. */
const SESSION_BOUNDS = [0.01, 0.1, 1, 10, 60, 300, 1800, 3600, 21_600, 86_400]

class Histogram {
  readonly #bounds: readonly number[]
  readonly #counts: number[]
  #count = 0
  #sum = 0

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds
    this.#counts = bounds.map(() => 0)
  }

  observe(value: number): void {
    this.#count++
    this.#sum += value
    for (let index = this.#bounds.length - 1; index >= 0 && value <= (this.#bounds[index] ?? 0); index--) {
      this.#counts[index] = (this.#counts[index] ?? 0) + 1
    }
  }

  stats(): HistogramStats {
    return { bounds: this.#bounds, counts: [...this.#counts], count: this.#count, sum: this.#sum }
  }
}

/** The sessions of one protocol on one backend. Plain numbers: the hot path adds to them and nothing else. */
export class SessionCounters {
  total = 0
  active = 0
  bytesToBackend = 0
  bytesToClient = 0
  readonly closed: Partial<Record<EndReason, number>> = {}

  opened(): void {
    this.total++
    this.active++
  }

  ended(reason: EndReason): void {
    this.active--
    count(this.closed, reason)
  }

  stats(): SessionStats {
    const { total, active, bytesToBackend, bytesToClient, closed } = this
    return { total, active, bytesToBackend, bytesToClient, closed: { ...closed } }
  }
}

export class BackendCounters {
  readonly sessions: Readonly<Record<Protocol, SessionCounters>> = {
    tcp: new SessionCounters(),
    udp: new SessionCounters(),
  }
  datagramsToBackend = 0
  datagramsToClient = 0
  readonly #connectErrors: Record<string, number> = {}

  connectFailed(code: string): void {
    count(this.#connectErrors, code)
  }

  stats(backend: BackendName): BackendStats {
    const { sessions, datagramsToBackend, datagramsToClient } = this
    return {
      backend,
      sessions: { tcp: sessions.tcp.stats(), udp: sessions.udp.stats() },
      datagramsToBackend,
      datagramsToClient,
      connectErrors: { ...this.#connectErrors },
    }
  }
}

/** All counters of one service in one thread since that started. */
export class ServiceCounters {
  readonly #backends = new Map<BackendName, BackendCounters>()
  readonly #refused: Record<Protocol, Partial<Record<Refusal, number>>> = { tcp: {}, udp: {} }
  readonly #dropped: Partial<Record<Drop, number>> = {}
  readonly #connectDuration = new Histogram(CONNECT_BOUNDS)
  readonly #sessionDuration = { tcp: new Histogram(SESSION_BOUNDS), udp: new Histogram(SESSION_BOUNDS) }

  backend(name: BackendName): BackendCounters {
    const known = this.#backends.get(name)
    if (known !== undefined) return known
    const counters = new BackendCounters()
    this.#backends.set(name, counters)
    return counters
  }

  /** Forgets the backends that are not among those `known`: they were removed, and have no session any more. */
  retain(known: (backend: BackendName) => boolean): void {
    for (const name of this.#backends.keys()) if (!known(name)) this.#backends.delete(name)
  }

  refused(protocol: Protocol, reason: Refusal): void {
    count(this.#refused[protocol], reason)
  }

  dropped(reason: Drop): void {
    count(this.#dropped, reason)
  }

  connected(milliseconds: number): void {
    this.#connectDuration.observe(milliseconds / 1000)
  }

  lasted(protocol: Protocol, milliseconds: number): void {
    this.#sessionDuration[protocol].observe(milliseconds / 1000)
  }

  stats(service: string): ServiceStats {
    return {
      service,
      refused: { tcp: { ...this.#refused.tcp }, udp: { ...this.#refused.udp } },
      dropped: { ...this.#dropped },
      connectDuration: this.#connectDuration.stats(),
      sessionDuration: { tcp: this.#sessionDuration.tcp.stats(), udp: this.#sessionDuration.udp.stats() },
      backends: [...this.#backends].map(([name, counters]) => counters.stats(name)),
    }
  }
}

function count<K extends string>(counts: Partial<Record<K, number>>, key: K): void {
  counts[key] = (counts[key] ?? 0) + 1
}
