import t from 'tap'
import type { BackendView, ServiceView } from '../../../../src/api/views.js'
import { ServiceTrack } from '../../../../src/control/history/service-track.js'
import { backendNamed, serviceNamed } from '../../../fixtures/admin-source.js'

function service(totals: Readonly<Record<string, number>>, told: Partial<ServiceView> = {}): ServiceView {
  const backends = Object.entries(totals).map(([name, total]): BackendView => ({
    ...backendNamed(name),
    sessionsActive: 1,
    sessionsTotal: total,
  }))
  return { ...serviceNamed('web'), backends, ...told }
}

t.test('a service is the sum of its backends, and of the sessions of those that leave', t => {
  const track = new ServiceTrack(10)
  track.sample(0, service({ a: 10, b: 20 }), 5)
  track.sample(
    1,
    service({ a: 15, b: 30 }, { leaving: [{ name: 'c', address: 'x', sessionsActive: 40 }] }),
    5,
  )
  // What a backend that left had counted is not missed, and what a new one counted is not thought to be of this moment.
  track.sample(2, service({ b: 30, d: 1000 }), 5)
  track.sample(3, undefined, 5)
  track.sample(4, service({ b: 99 }), 5)
  const view = track.read('web', [0, 1, 2, 3, 4])
  t.equal(view.name, 'web')
  t.strictSame(view.sessions, [2, 42, 2, null, 1])
  t.strictSame(view.connections, [null, 3, 0, null, null])
  t.strictSame(
    view.backends.map(({ name, connections }) => [name, connections]),
    [
      ['a', [null, 1, null, null, null]],
      ['b', [null, 2, 0, null, null]],
      ['d', [null, null, null, null, null]],
    ],
  )
  t.end()
})

t.test('a backend is forgotten when nothing kept is of it', t => {
  const track = new ServiceTrack(3)
  const names = (): readonly string[] => track.read('web', []).backends.map(({ name }) => name)
  track.sample(0, service({ a: 1, b: 1 }), 5)
  for (const number of [1, 2]) track.sample(number, service({ b: 1 }), 5)
  t.strictSame(names(), ['a', 'b'])
  track.sample(3, service({ b: 1 }), 5)
  t.strictSame(names(), ['b'])
  track.sample(4, service({ a: 1, b: 1 }), 5)
  t.strictSame(track.read('web', [0, 1]).backends[1]?.sessions, [null, 1], 'and begins anew')
  t.end()
})
