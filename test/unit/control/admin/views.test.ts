import t from 'tap'
import { backendView, serviceView } from '../../../../src/control/admin/views.js'
import type { BackendStatus } from '../../../../src/core/table.js'
import { backendStats, serviceStats, sessionStats } from '../../../fixtures/service-stats.js'

const FRESH: BackendStatus = {
  backend: {
    name: 'db1',
    endpoint: { kind: 'inet', family: 6, host: '::1', port: 5432 },
    weight: 2,
    backup: false,
    maxConnections: undefined,
    state: 'ready',
  },
  admin: 'ready',
  health: 'unknown',
  cause: undefined,
  reason: undefined,
  isLeaving: false,
  deadline: undefined,
  effectiveWeight: 2,
  lastProbe: undefined,
}

t.test('what is not set is null', async t => {
  t.strictSame(backendView(FRESH, undefined), {
    name: 'db1',
    address: '[::1]:5432',
    weight: 2,
    effectiveWeight: 2,
    backup: false,
    maxConnections: null,
    state: 'ready',
    health: 'unknown',
    cause: null,
    sessionsActive: 0,
    sessionsTotal: 0,
    bytesToBackend: 0,
    bytesToClient: 0,
    lastProbe: null,
    deadline: null,
  })
})

t.test('what is set is shown; the sessions of both protocols are added', async t => {
  const status: BackendStatus = {
    backend: {
      ...FRESH.backend,
      endpoint: { kind: 'unix', path: '/run/db' },
      maxConnections: 10,
      backup: true,
    },
    admin: 'drain',
    isLeaving: false,
    deadline: { due: 5, at: Date.UTC(2024, 1, 29, 12), then: 'kill' },
    health: 'down',
    cause: 'lagging',
    reason: '7 s behind',
    effectiveWeight: 0.5,
    lastProbe: { at: Date.UTC(2024, 1, 29), ok: false, durationMs: 1.5, reason: '7 s behind' },
  }
  const sessions = {
    tcp: sessionStats({ active: 1, total: 10, bytesToBackend: 1, bytesToClient: 3 }),
    udp: sessionStats({ active: 2, total: 20, bytesToBackend: 2, bytesToClient: 4 }),
  }
  t.strictSame(backendView(status, backendStats('db1', { sessions })), {
    name: 'db1',
    address: 'unix:/run/db',
    weight: 2,
    effectiveWeight: 0.5,
    backup: true,
    maxConnections: 10,
    state: 'drain',
    health: 'down',
    cause: 'lagging',
    sessionsActive: 3,
    sessionsTotal: 30,
    bytesToBackend: 3,
    bytesToClient: 7,
    lastProbe: { at: '2024-02-29T00:00:00.000Z', ok: false, durationMs: 1.5, reason: '7 s behind' },
    deadline: { at: '2024-02-29T12:00:00.000Z', then: 'kill' },
  })
})

t.test('a service has its bound listeners, and its backends with their own counts', async t => {
  const other: BackendStatus = { ...FRESH, backend: { ...FRESH.backend, name: 'db2' } }
  const sessions = { tcp: sessionStats({ total: 4 }), udp: sessionStats({}) }
  const view = serviceView({
    service: {
      name: 'postgres',
      balance: 'ip-hash',
      listeners: [
        { protocol: 'udp', host: '*', port: 0, url: 'udp://*:0' },
        { protocol: 'unix', path: '/run/lb', url: 'unix:/run/lb' },
        { protocol: 'tcp', host: '127.0.0.1', port: 0, url: '127.0.0.1:0' },
      ],
    },
    datapath: 'userspace',
    failover: 'returning',
    listening: [
      { service: 'postgres', listener: 'udp://*:0', address: '192.0.2.1', port: 4000 },
      { service: 'postgres', listener: 'unix:/run/lb', address: '/run/lb', port: undefined },
      { service: 'postgres', listener: '127.0.0.1:0', address: '127.0.0.1', port: 4001 },
    ],
    backends: [other, FRESH, { ...FRESH, backend: { ...FRESH.backend, name: 'db0' }, isLeaving: true }],
    stats: serviceStats('postgres', { backends: [backendStats('db1', { sessions })] }),
  })
  t.match(view, { name: 'postgres', balance: 'ip-hash', datapath: 'userspace', failover: 'returning' })
  t.strictSame(view.listeners, [
    { protocol: 'udp', address: '192.0.2.1', port: 4000 },
    { protocol: 'unix', address: '/run/lb', port: null },
    { protocol: 'tcp', address: '127.0.0.1', port: 4001 },
  ])
  t.strictSame(
    view.backends.map(({ name, sessionsTotal }) => [name, sessionsTotal]),
    [
      ['db2', 0],
      ['db1', 4],
    ],
  )
  t.strictSame(view.leaving, [{ name: 'db0', address: '[::1]:5432', sessionsActive: 0 }])
})
