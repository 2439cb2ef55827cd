import t from 'tap'
import { History, spanOf, WINDOW } from '../../../../src/dashboard/model/history.js'
import { backendView, liveView, serviceView } from '../../../fixtures/views.js'

t.test('a plot shows no more time than there is something to show of', t => {
  const minute = 60_000
  t.equal(spanOf([], 5), 2 * minute)
  t.equal(spanOf([0], 2 * minute), 2 * minute)
  t.equal(spanOf([0], 3 * minute), 5 * minute)
  t.equal(spanOf([0], 6 * minute), WINDOW)
  t.equal(spanOf([0], 16 * minute), WINDOW)
  t.end()
})

const series = { sessions: [1], connections: [2], bytesToBackend: [3], bytesToClient: [4] }
const remembered = {
  stepMs: 1000,
  times: [10_000],
  services: [{ name: 'web', ...series, backends: [{ name: 'a', ...series, probeMs: [5] }] }],
}
const probe = { at: '', ok: true, durationMs: 7, reason: '' }
const busy = (at: number, sessionsTotal: number) =>
  liveView(at, serviceView('web', [backendView('a', { sessionsTotal, sessionsActive: 6, lastProbe: probe })]))

t.test('what is seen live goes on where the memory of the server ends', t => {
  const history = new History()
  history.replace(remembered)
  history.extend(busy(11_000, 100))
  t.strictSame(history.times, [10_000], 'there is no rate yet')
  history.extend(busy(11_500, 101))
  t.strictSame(history.times, [10_000], 'no step has passed')
  history.extend(busy(12_000, 103))
  t.strictSame(history.times, [10_000, 12_000])
  t.strictSame(history.of('web')?.connections, [2, 3])
  t.strictSame(history.of('web')?.sessions, [1, 6])
  t.strictSame(history.of('web')?.probes.get('a'), [5, 7])
  t.end()
})

t.test('what is new was not measured before, and what is gone is forgotten', t => {
  const history = new History()
  history.replace(remembered)
  const other = (at: number) => liveView(at, serviceView('db', [backendView('b')]))
  history.extend(other(11_000))
  history.extend(other(12_000))
  t.equal(history.of('web'), undefined)
  t.strictSame(history.of('db')?.connections, [null, 0])
  t.strictSame(history.of('db')?.probes.get('b'), [null, null])
  t.end()
})

t.test('a backend that is gone is forgotten, and so is what is older than the window', t => {
  const history = new History()
  history.replace(remembered)
  const late = 10_000 + WINDOW
  const other = (at: number) => liveView(at, serviceView('web', [backendView('b')]))
  history.extend(other(late))
  history.extend(other(late + 1000))
  t.strictSame(history.times, [late + 1000])
  t.strictSame(history.of('web')?.sessions, [0])
  t.strictSame([...(history.of('web')?.probes.keys() ?? [])], ['b'])
  t.end()
})

t.test('a look from before what is remembered adds nothing', t => {
  const history = new History()
  history.replace(remembered)
  history.extend(busy(8000, 1))
  history.extend(busy(9000, 2))
  t.strictSame(history.times, [10_000])
  t.end()
})
