import t from 'tap'
import type { HistoryView, LiveView } from '../../../../src/api/views.js'
import { keyOf, latest, pastTraffic, watchTraffic } from '../../../../src/cli/top/traffic.js'
import { backendView, serviceView } from '../../../fixtures/fake-admin.js'

const START = Date.parse('2026-11-23T08:00:00.000Z')

/** A look at a service with these totals of sessions (and a thousand bytes for each) after so many milliseconds. */
function view(after: number, totals: Readonly<Record<string, number>>): LiveView {
  const backends = Object.entries(totals).map(([name, sessionsTotal]) =>
    backendView(name, {
      sessionsTotal,
      bytesToBackend: sessionsTotal * 400,
      bytesToClient: sessionsTotal * 600,
    }),
  )
  return { at: new Date(START + after).toISOString(), services: [serviceView('db', backends)] }
}

t.test('rates are differences over the time between two looks', t => {
  let traffic = watchTraffic(pastTraffic(undefined), view(0, { a: 100, b: 5 }))
  t.same(traffic.rates.get(keyOf('db', 'a')), [], 'one look tells nothing')
  traffic = watchTraffic(traffic, view(2000, { a: 110, b: 5, c: 7 }))
  t.match(latest(traffic.rates.get('db/a') ?? []), { connections: 5, bytes: 5000 })
  t.match(latest(traffic.rates.get('db/b') ?? []), { connections: 0, bytes: 0 })
  t.same(traffic.rates.get('db/c'), [])
  t.match(latest(traffic.sum), { connections: 5, bytes: 5000 })
  t.same(latest([]), { connections: 0, bytes: 0 })
  t.end()
})

t.test('a look soon after another one does not count', t => {
  const before = watchTraffic(pastTraffic(undefined), view(0, { a: 100 }))
  t.equal(watchTraffic(before, view(300, { a: 200 })), before)
  const after = watchTraffic(before, view(1000, { a: 200 }))
  t.match(latest(after.sum), { connections: 100 })
  t.end()
})

t.test('counters that begin anew are no negative rate', t => {
  const before = watchTraffic(pastTraffic(undefined), view(0, { a: 100 }))
  const restarted = watchTraffic(before, view(1000, { a: 2 }))
  t.same(restarted.rates.get('db/a'), [])
  t.match(latest(watchTraffic(restarted, view(2000, { a: 5 })).sum), { connections: 3 })
  const clockSet = watchTraffic(restarted, view(-60_000, { a: 5 }))
  t.same(clockSet.rates.get('db/a'), [])
  t.end()
})

t.test('a minute is remembered', t => {
  let traffic = pastTraffic(undefined)
  for (let second = 0; second < 100; second++)
    traffic = watchTraffic(traffic, view(second * 1000, { a: second }))
  t.equal(traffic.rates.get('db/a')?.length, 60)
  t.equal(traffic.sum.length, 60)
  t.end()
})

t.test('the history of the process is where it begins', t => {
  const numbers = { sessions: [], probeMs: [], bytesToBackend: [1000, 2000, null], bytesToClient: [0, 0, 0] }
  const backends = [
    { name: 'a', ...numbers, connections: [1, 2, 3] },
    { name: 'b', ...numbers, connections: [null, 10, 10] },
  ]
  const history: HistoryView = {
    stepMs: 2000,
    times: [2000, 4000, 6000].map(time => START + time),
    services: [{ name: 'db', ...numbers, connections: [], backends }],
  }
  const { rates, sum } = pastTraffic(history)
  const second = START / 1000
  t.same(
    rates.get('db/a')?.map(rate => [rate.second - second, rate.connections, rate.bytes]),
    [
      [1, 1, 1000],
      [2, 1, 1000],
      [3, 2, 2000],
      [4, 2, 2000],
      [5, 3, 0],
      [6, 3, 0],
    ],
  )
  t.same(
    sum.map(rate => rate.connections),
    [1, 1, 12, 12, 13, 13],
  )
  t.end()
})
