import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import t from 'tap'
import type { ServiceView } from '../../../../src/api/views.js'
import { History } from '../../../../src/control/history/history.js'
import { backendNamed, serviceNamed } from '../../../fixtures/admin-source.js'
import { FakeClock, settled } from '../../../fixtures/fake-clock.js'

const START = Date.UTC(2026, 0, 1)

function setUp(services: () => Promise<readonly ServiceView[]>): { history: History; clock: FakeClock } {
  const clock = new FakeClock()
  const wallTime = (): number => START + clock.now()
  return { history: new History({ clock, wallTime, services }), clock }
}

const backend = (sessionsTotal: number): ServiceView => ({
  ...serviceNamed('web'),
  backends: [{ ...backendNamed('a'), sessionsTotal }],
})

t.test('there is a sample at once and every 5 s', async t => {
  let total = 0
  const { history, clock } = setUp(() => Promise.resolve([backend((total += 10))]))
  t.strictSame(history.view(), { stepMs: 5000, times: [], services: [] })
  history.start()
  await settled()
  clock.advance(4999)
  await settled()
  t.equal(history.view().times.length, 1)
  await clock.pass(10_001)
  const view = history.view()
  t.equal(history.view(), view, 'it is made once')
  t.strictSame(
    view.times,
    [0, 5000, 10_000, 15_000].map(after => START + after),
  )
  t.strictSame(view.services[0]?.connections, [null, 2, 2, 2])
  t.strictSame(view.services[0]?.backends[0]?.name, 'a')
  history.stop()
  t.equal(clock.timers, 0)
})

t.test('a late sample does not make the others late, and one that fails is left out', async t => {
  let answer = (): Promise<readonly ServiceView[]> => Promise.resolve([backend(0)])
  const { history, clock } = setUp(() => answer())
  history.start()
  await settled()
  clock.stall(7000)
  clock.advance(0)
  await settled()
  clock.advance(3000)
  await settled()
  answer = () => Promise.reject(new Error('no stats'))
  clock.advance(5000)
  await settled()
  answer = () => Promise.resolve([backend(100)])
  clock.advance(5000)
  await settled()
  t.strictSame(
    history.view().times.map(time => time - START),
    [0, 7000, 10_000, 20_000],
  )
  t.strictSame(history.view().services[0]?.connections, [null, 0, 0, 10], 'over all the time that passed')
  clock.stall(3_600_000)
  clock.advance(0)
  await settled()
  t.equal(history.view().times.length, 5, 'an hour that it slept is one sample')
  history.stop()
})

t.test('an answer that comes after the stop is dropped', async t => {
  let finish = (): void => undefined
  const { history, clock } = setUp(() => new Promise(resolve => (finish = () => resolve([backend(1)]))))
  history.start()
  history.stop()
  finish()
  await settled()
  t.strictSame([history.view().times, clock.timers], [[], 0])
})

t.test('15 minutes are kept, and what was not there in them is forgotten', t => {
  const { history, clock } = setUp(() => Promise.resolve([]))
  history.sample([backend(0), serviceNamed('gone')])
  for (let count = 1; count < 180; count++) {
    clock.advance(5000)
    history.sample([backend(count * 5)])
  }
  t.equal(history.view().times.length, 180)
  t.strictSame(
    history.view().services.map(({ name }) => name),
    ['web', 'gone'],
  )
  clock.advance(5000)
  history.sample([backend(900)])
  const { times, services } = history.view()
  t.strictSame([times.length, times[0], times.at(-1)], [180, START + 5000, START + 900_000])
  t.strictSame(
    services.map(({ name }) => name),
    ['web'],
  )
  t.same(new Set(services[0]?.connections), new Set([1]))
  t.end()
})

t.test('a thousand backends take no more than 10 MB', t => {
  const { history, clock } = setUp(() => Promise.resolve([]))
  const backends = Array.from({ length: 1000 }, (_, index) => backendNamed(`10.0.0.${index}:5432`))
  const service = { ...serviceNamed('web'), backends }
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const used = (): number => {
    collect()
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    return heapUsed + arrayBuffers
  }
  const before = used()
  for (let count = 0; count < 200; count++) {
    clock.advance(5000)
    history.sample([service])
  }
  const after = used()
  t.ok(after - before < 10e6, `${after - before} bytes`)
  t.end()
})
