import t from 'tap'
import { trafficFamilies, withUnseen } from '../../../src/observe/traffic.js'
import { backendStats, serviceStats, sessionStats } from '../../fixtures/service-stats.js'

t.test('backends without stats are shown with zeros, others as they are', async t => {
  const seen = backendStats('a', { datagramsToBackend: 3 })
  const stats = [serviceStats('web', { backends: [seen] }), serviceStats('dns')]
  const backends = ['a', 'b'].map(name => ({
    name,
    health: 'up' as const,
    admin: 'ready' as const,
    effectiveWeight: 1,
  }))
  const all = withUnseen(stats, [{ service: 'web', failover: 'primary', backends }])
  t.strictSame(all[0]?.backends, [seen, backendStats('b')])
  t.equal(all[1], stats[1])
})

t.test('each count goes to the series with its labels', async t => {
  const tcp = sessionStats({
    total: 5,
    active: 2,
    closed: { killed: 3 },
    bytesToBackend: 10,
    bytesToClient: 20,
  })
  const backend = backendStats('a', {
    sessions: { tcp, udp: sessionStats({ total: 7 }) },
    datagramsToBackend: 30,
    datagramsToClient: 40,
    connectErrors: { ECONNREFUSED: 2 },
  })
  const families = trafficFamilies([
    serviceStats('web', {
      refused: { tcp: { denied: 4 }, udp: {} },
      dropped: { loop: 6 },
      backends: [backend],
    }),
  ])
  const found = families.flatMap(({ name, values }) =>
    values
      .filter(({ value, labels }) => value > 0 && !('le' in labels))
      .map(({ labels, value }) => [name, Object.values(labels).join(' '), value]),
  )
  t.strictSame(found, [
    ['evenkeel_sessions_total', 'web a tcp', 5],
    ['evenkeel_sessions_total', 'web a udp', 7],
    ['evenkeel_sessions_active', 'web a tcp', 2],
    ['evenkeel_sessions_closed_total', 'web a tcp killed', 3],
    ['evenkeel_bytes_total', 'web a tcp to_backend', 10],
    ['evenkeel_bytes_total', 'web a tcp to_client', 20],
    ['evenkeel_refused_total', 'web tcp denied', 4],
    ['evenkeel_connect_errors_total', 'web a ECONNREFUSED', 2],
    ['evenkeel_datagrams_total', 'web a to_backend', 30],
    ['evenkeel_datagrams_total', 'web a to_client', 40],
    ['evenkeel_datagrams_dropped_total', 'web loop', 6],
  ])
})
