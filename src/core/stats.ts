import type { BackendName } from './backend.js'
import type { Drop, EndReason, Protocol, Refusal } from './outcome.js'

/** A cumulative histogram in plain numbers: `counts[i]` observations were at most `bounds[i]`; `count` is all of them. */
export interface HistogramStats {
  readonly bounds: readonly number[]
  readonly counts: readonly number[]
  readonly count: number
  readonly sum: number
}

/** What the sessions of one protocol on one backend did since the process started. */
export interface SessionStats {
  readonly total: number
  readonly active: number
  readonly closed: Readonly<Partial<Record<EndReason, number>>>
  readonly bytesToBackend: number
  readonly bytesToClient: number
}

export interface BackendStats {
  readonly backend: BackendName
  readonly sessions: Readonly<Record<Protocol, SessionStats>>
  readonly datagramsToBackend: number
  readonly datagramsToClient: number
  /** By error code, such as ECONNREFUSED or ETIMEDOUT. */
  readonly connectErrors: Readonly<Record<string, number>>
}

/** The counters of a service: plain data that can cross a thread boundary. They never go backwards. */
export interface ServiceStats {
  readonly service: string
  readonly refused: Readonly<Record<Protocol, Readonly<Partial<Record<Refusal, number>>>>>
  readonly dropped: Readonly<Partial<Record<Drop, number>>>
  /** Seconds. */
  readonly connectDuration: HistogramStats
  /** Seconds. */
  readonly sessionDuration: Readonly<Record<Protocol, HistogramStats>>
  readonly backends: readonly BackendStats[]
}

/**
 * The stats with at least as many sessions as each backend is known to have: those that were not counted yet are of the
 * protocol that the backend had sessions of, or TCP.
 */
export function withAtLeast(stats: ServiceStats, known: ReadonlyMap<BackendName, number>): ServiceStats {
  const backends = stats.backends.map(backend => {
    const { tcp, udp } = backend.sessions
    const missing = Math.max(0, (known.get(backend.backend) ?? 0) - tcp.active - udp.active)
    const more = (sessions: SessionStats): SessionStats => ({
      ...sessions,
      total: sessions.total + missing,
      active: sessions.active + missing,
    })
    const isUdp = udp.total > tcp.total
    return { ...backend, sessions: isUdp ? { tcp, udp: more(udp) } : { tcp: more(tcp), udp } }
  })
  return { ...stats, backends }
}

/** The stats of a part that has ended without a word: whatever it held ended with it. */
export function withoutSessions(stats: ServiceStats, reason: EndReason): ServiceStats {
  const end = ({ active, closed, ...rest }: SessionStats): SessionStats => ({
    ...rest,
    active: 0,
    closed: active === 0 ? closed : addCounts(closed, { [reason]: active }),
  })
  return {
    ...stats,
    backends: stats.backends.map(backend => ({
      ...backend,
      sessions: { tcp: end(backend.sessions.tcp), udp: end(backend.sessions.udp) },
    })),
  }
}

/** What two parts of one service counted, each in its own time or thread. */
export function addStats(one: ServiceStats, other: ServiceStats): ServiceStats {
  const backends = new Map(one.backends.map(stats => [stats.backend, stats]))
  for (const stats of other.backends) {
    const known = backends.get(stats.backend)
    backends.set(stats.backend, known === undefined ? stats : addBackends(known, stats))
  }
  return {
    service: one.service,
    refused: {
      tcp: addCounts(one.refused.tcp, other.refused.tcp),
      udp: addCounts(one.refused.udp, other.refused.udp),
    },
    dropped: addCounts(one.dropped, other.dropped),
    connectDuration: addHistograms(one.connectDuration, other.connectDuration),
    sessionDuration: {
      tcp: addHistograms(one.sessionDuration.tcp, other.sessionDuration.tcp),
      udp: addHistograms(one.sessionDuration.udp, other.sessionDuration.udp),
    },
    backends: [...backends.values()],
  }
}

function addBackends(one: BackendStats, other: BackendStats): BackendStats {
  return {
    backend: one.backend,
    sessions: {
      tcp: addSessions(one.sessions.tcp, other.sessions.tcp),
      udp: addSessions(one.sessions.udp, other.sessions.udp),
    },
    datagramsToBackend: one.datagramsToBackend + other.datagramsToBackend,
    datagramsToClient: one.datagramsToClient + other.datagramsToClient,
    connectErrors: addCounts(one.connectErrors, other.connectErrors),
  }
}

function addSessions(one: SessionStats, other: SessionStats): SessionStats {
  return {
    total: one.total + other.total,
    active: one.active + other.active,
    closed: addCounts(one.closed, other.closed),
    bytesToBackend: one.bytesToBackend + other.bytesToBackend,
    bytesToClient: one.bytesToClient + other.bytesToClient,
  }
}

function addHistograms(one: HistogramStats, other: HistogramStats): HistogramStats {
  return {
    bounds: one.bounds,
    counts: one.counts.map((count, index) => count + (other.counts[index] ?? 0)),
    count: one.count + other.count,
    sum: one.sum + other.sum,
  }
}

type Counts<K extends string> = Readonly<Partial<Record<K, number>>>

function addCounts<K extends string>(one: Counts<K>, other: Counts<K>): Record<K, number> {
  const sum = { ...one } as Record<K, number>
  for (const [key, count] of Object.entries(other) as [K, number][]) sum[key] = (one[key] ?? 0) + count
  return sum
}
