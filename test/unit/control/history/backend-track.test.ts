import t from 'tap'
import type { BackendView } from '../../../../src/api/views.js'
import { BackendTrack } from '../../../../src/control/history/backend-track.js'
import { backendNamed } from '../../../fixtures/admin-source.js'

const view = (told: Partial<BackendView>): BackendView => ({ ...backendNamed('db1'), ...told })

t.test('rates are how much the counters rose, from the second sample on', t => {
  const track = new BackendTrack(4)
  const lastProbe = { at: '', ok: true, durationMs: 1.5, reason: '' }
  track.sample(
    0,
    view({ sessionsActive: 5, sessionsTotal: 100, bytesToBackend: 1e9, bytesToClient: 5e12 }),
    5,
  )
  t.same(
    track.sample(
      1,
      view({
        sessionsActive: 6,
        sessionsTotal: 110,
        bytesToBackend: 1e9 + 500,
        bytesToClient: 5e12 + 5,
        lastProbe,
      }),
      5,
    ),
    { sessions: 6, connections: 2, bytesToBackend: 100, bytesToClient: 1, probeMs: 1.5 },
  )
  t.strictSame(track.read('db1', [0, 1, 2]), {
    name: 'db1',
    sessions: [5, 6, null],
    connections: [null, 2, null],
    bytesToBackend: [null, 100, null],
    bytesToClient: [null, 1, null],
    probeMs: [null, 1.5, null],
  })
  t.end()
})

t.test('counters that began anew have no rate, and are never negative', t => {
  const track = new BackendTrack(4)
  track.sample(0, view({ sessionsTotal: 100, bytesToClient: 7 }), 5)
  track.sample(1, view({ sessionsTotal: 10, bytesToClient: 7 }), 5)
  track.sample(2, view({ sessionsTotal: 11, bytesToClient: 7 }), 0.5)
  track.sample(3, view({ sessionsTotal: 12, bytesToClient: 7 }), 0)
  const { connections, bytesToClient } = track.read('db1', [0, 1, 2, 3])
  t.strictSame(connections, [null, null, 2, null])
  t.strictSame(bytesToClient, [null, 0, 0, null])
  t.end()
})

t.test('one that was away has no rate when it comes back', t => {
  const track = new BackendTrack(4)
  track.sample(0, view({ sessionsTotal: 1 }), 5)
  track.sample(1, undefined, 5)
  track.sample(2, view({ sessionsTotal: 100 }), 5)
  track.sample(3, view({ sessionsTotal: 105 }), 5)
  const { sessions, connections } = track.read('db1', [0, 1, 2, 3])
  t.strictSame(sessions, [0, null, 0, 0])
  t.strictSame(connections, [null, null, null, 1])
  t.end()
})
