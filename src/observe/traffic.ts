import type { BackendName } from '../core/backend.js'
import { DROPS, END_REASONS, PROTOCOLS, REFUSALS } from '../core/outcome.js'
import type { BackendStats, ServiceStats, SessionStats } from '../core/stats.js'
import { counter, gauge, histogram } from './family.js'
import type { Family, Sample } from './family.js'
import type { ServiceGauges } from './gauges.js'

/** The counters of the data path as metrics. Every label that is known beforehand has its series, at 0 if need be. */
export function trafficFamilies(stats: readonly ServiceStats[]): readonly Family[] {
  return [...sessionFamilies(stats), ...clientFamilies(stats), ...datagramFamilies(stats)]
}

/** The stats with zeros for the backends in `services` that the data path has not counted for yet. */
export function withUnseen(
  stats: readonly ServiceStats[],
  services: readonly ServiceGauges[],
): readonly ServiceStats[] {
  return stats.map(service => {
    const counted = new Set(service.backends.map(({ backend }) => backend))
    const known = services.find(({ service: name }) => name === service.service)?.backends ?? []
    const unseen = known.filter(({ name }) => !counted.has(name)).map(({ name }) => unusedBackend(name))
    return unseen.length === 0 ? service : { ...service, backends: [...service.backends, ...unseen] }
  })
}

function unusedBackend(backend: BackendName): BackendStats {
  const none: SessionStats = { total: 0, active: 0, closed: {}, bytesToBackend: 0, bytesToClient: 0 }
  const sessions = { tcp: none, udp: none }
  return { backend, sessions, datagramsToBackend: 0, datagramsToClient: 0, connectErrors: {} }
}

function sessionFamilies(stats: readonly ServiceStats[]): readonly Family[] {
  const series = perBackend(stats, (labels, { sessions }) =>
    PROTOCOLS.map(protocol => ({ labels: { ...labels, protocol }, sessions: sessions[protocol] })),
  )
  return [
    counter(
      'evenkeel_sessions_total',
      'Sessions that were given to the backend.',
      series.map(({ labels, sessions }) => ({ labels, value: sessions.total })),
    ),
    gauge(
      'evenkeel_sessions_active',
      'Sessions that last.',
      series.map(({ labels, sessions }) => ({ labels, value: sessions.active })),
    ),
    counter(
      'evenkeel_sessions_closed_total',
      'Sessions that ended, by reason.',
      series.flatMap(({ labels, sessions }) => byReason(labels, END_REASONS, sessions.closed)),
    ),
    counter(
      'evenkeel_bytes_total',
      'Payload that was passed on.',
      series.flatMap(({ labels, sessions }) => both(labels, sessions.bytesToBackend, sessions.bytesToClient)),
    ),
  ]
}

function clientFamilies(stats: readonly ServiceStats[]): readonly Family[] {
  return [
    counter(
      'evenkeel_refused_total',
      'Clients that were refused, by reason.',
      stats.flatMap(({ service, refused }) =>
        PROTOCOLS.flatMap(protocol => byReason({ service, protocol }, REFUSALS, refused[protocol])),
      ),
    ),
    counter(
      'evenkeel_connect_errors_total',
      'Attempts to connect to the backend that failed, by error code.',
      perBackend(stats, (labels, { connectErrors }) =>
        Object.entries(connectErrors).map(([error, value]) => ({ labels: { ...labels, error }, value })),
      ),
    ),
    histogram(
      'evenkeel_connect_duration_seconds',
      'Time from a client to an established connection with a backend.',
      stats.map(({ service, connectDuration }) => ({ labels: { service }, stats: connectDuration })),
    ),
    histogram(
      'evenkeel_session_duration_seconds',
      'How long finished sessions lasted.',
      stats.flatMap(({ service, sessionDuration }) =>
        PROTOCOLS.map(protocol => ({ labels: { service, protocol }, stats: sessionDuration[protocol] })),
      ),
    ),
  ]
}

function datagramFamilies(stats: readonly ServiceStats[]): readonly Family[] {
  return [
    counter(
      'evenkeel_datagrams_total',
      'Datagrams that were passed on.',
      perBackend(stats, (labels, backend) =>
        both(labels, backend.datagramsToBackend, backend.datagramsToClient),
      ),
    ),
    counter(
      'evenkeel_datagrams_dropped_total',
      'Datagrams that went no further, by reason.',
      stats.flatMap(({ service, dropped }) => byReason({ service }, DROPS, dropped)),
    ),
  ]
}

function perBackend<T>(
  stats: readonly ServiceStats[],
  series: (labels: { service: string; backend: BackendName }, backend: BackendStats) => readonly T[],
): T[] {
  return stats.flatMap(({ service, backends }) =>
    backends.flatMap(backend => series({ service, backend: backend.backend }, backend)),
  )
}

function both(labels: Sample['labels'], toBackend: number, toClient: number): Sample[] {
  return [
    { labels: { ...labels, direction: 'to_backend' }, value: toBackend },
    { labels: { ...labels, direction: 'to_client' }, value: toClient },
  ]
}

function byReason<Reason extends string>(
  labels: Sample['labels'],
  reasons: readonly Reason[],
  counts: Readonly<Partial<Record<Reason, number>>>,
): Sample[] {
  return reasons.map(reason => ({ labels: { ...labels, reason }, value: counts[reason] ?? 0 }))
}
