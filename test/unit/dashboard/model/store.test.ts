import t from 'tap'
import { Store, type Shown } from '../../../../src/dashboard/model/store.js'
import { FakeClock } from '../../../fixtures/fake-clock.js'
import { backendView, journalEntry, liveView, serviceView } from '../../../fixtures/views.js'

function opened(): { clock: FakeClock; store: Store; drawn: Shown[] } {
  const clock = new FakeClock()
  const drawn: Shown[] = []
  const store = new Store(clock, shown => drawn.push(shown))
  store.opened()
  return { clock, store, drawn }
}

const seen = (at: number, sessionsTotal: number) =>
  liveView(at, serviceView('web', [backendView('a', { sessionsTotal }), backendView('b')]))
const bad = (id: number) =>
  journalEntry(id, { event: 'backend-state', to: 'down', service: 'web', msg: `${id} is down` })

t.test('a flood of news is drawn once a second', t => {
  const { clock, store, drawn } = opened()
  clock.advance(0)
  for (let at = 0; at < 500; at++) {
    store.live(seen(at, at))
    clock.advance(10)
  }
  t.ok(drawn.length >= 5 && drawn.length <= 6, `${drawn.length} times in 5 s`)
  t.end()
})

t.test('a transition is drawn soon, and those of a flood with the rest', t => {
  const { clock, store, drawn } = opened()
  const down = (at: number, health: 'up' | 'down') =>
    liveView(at, serviceView('web', [backendView('a', { health })]))
  store.live(down(0, 'up'))
  clock.advance(1500)
  store.live(down(1500, 'up'))
  clock.advance(100)
  const before = drawn.length
  store.live(down(1600, 'down'))
  clock.advance(200)
  t.equal(drawn.length, before + 1)
  t.equal(drawn.at(-1)?.services?.[0]?.backends[0]?.health, 'down')
  for (let at = 1800; at < 5800; at += 100) {
    store.live(down(at, at % 200 === 0 ? 'up' : 'down'))
    clock.advance(100)
  }
  const flood = drawn.length - before - 1
  t.ok(flood >= 4 && flood <= 9, `${flood} times in 4 s`)
  t.end()
})

t.test('what did not change stays the same object, and rates are measured over about a second', t => {
  const { store } = opened()
  store.live(seen(1000, 100))
  const before = store.shown
  store.live(seen(1100, 150))
  t.equal(store.shown.rates, before.rates, 'too soon for a rate')
  t.equal(store.shown.services?.[0]?.backends[1], before.services?.[0]?.backends[1])
  store.live(seen(2000, 200))
  t.equal(store.shown.rates.get('web')?.get('a')?.connections, 100)
  const rates = store.shown.rates.get('web')?.get('b')
  store.live(seen(3000, 200))
  t.equal(store.shown.rates.get('web')?.get('b'), rates)
  t.end()
})

t.test(
  'a reconnected stream: what is remembered replaces what was shown, and loses nothing that came meanwhile',
  t => {
    const { store } = opened()
    store.entry(journalEntry(80))
    store.connected('lost')
    store.opened()
    t.equal(store.shown.connection, 'live')
    store.entry(journalEntry(4))
    store.remembered(undefined, [journalEntry(2), journalEntry(3)])
    t.strictSame(
      store.shown.entries.map(({ id }) => id),
      [4, 3, 2],
    )
    store.remembered({ stepMs: 1000, times: [5], services: [] }, [])
    t.strictSame(store.history.times, [5])
    t.end()
  },
)

t.test('what an operator changed is drawn at once', t => {
  const { clock, store, drawn } = opened()
  store.live(seen(1000, 1))
  clock.advance(0)
  const count = drawn.length
  store.changed('web', backendView('b', { state: 'drain' }))
  t.equal(drawn.length, count + 1)
  t.strictSame(
    drawn.at(-1)?.services?.[0]?.backends.map(({ state }) => state),
    ['ready', 'drain'],
  )
  t.end()
})

t.test('a voice is given no more than one sentence in 5 s', t => {
  const { clock, store } = opened()
  store.entry(bad(1))
  clock.advance(0)
  t.equal(store.shown.announced, 'web: 1 is down')
  for (let id = 2; id < 40; id++) {
    store.entry(bad(id))
    clock.advance(100)
  }
  t.equal(store.shown.announced, 'web: 1 is down')
  clock.advance(5000)
  t.equal(store.shown.announced, 'web: 39 is down. 37 more events')
  store.entry(journalEntry(99))
  clock.advance(9000)
  t.match(store.shown.announced, /^web: 39/, 'what does not matter is not said')
  t.end()
})

t.test('the same state of the stream is no news', t => {
  const { clock, store, drawn } = opened()
  clock.advance(2000)
  const count = drawn.length
  store.connected('live')
  clock.advance(2000)
  t.equal(drawn.length, count)
  t.end()
})
