import t from 'tap'
import type { ServiceView } from '../../../../src/api/views.js'
import { LiveViews } from '../../../../src/control/admin/live-views.js'
import { FakeJournal, serviceNamed } from '../../../fixtures/admin-source.js'
import { FakeClock, settled } from '../../../fixtures/fake-clock.js'

interface SetUp {
  readonly views: LiveViews
  readonly clock: FakeClock
  readonly journal: FakeJournal
  readonly failures: unknown[]
  /** How many views were begun. */
  begun: number
  /** What makes the next. */
  make: () => Promise<readonly ServiceView[]>
}

function setUp(): SetUp {
  const clock = new FakeClock()
  const journal = new FakeJournal()
  const failures: unknown[] = []
  const state: SetUp = {
    clock,
    journal,
    failures,
    begun: 0,
    make: () => Promise.resolve([serviceNamed(`view-${state.begun}`)]),
    views: new LiveViews({
      services: () => {
        state.begun++
        return state.make()
      },
      journal,
      clock,
      wallTime: () => Date.UTC(2026, 0, 1) + clock.now(),
      failed: error => failures.push(error),
    }),
  }
  return state
}

const nameIn = ({ views }: SetUp): string | undefined =>
  /"name":"([^"]*)"/.exec(Buffer.from(views.latest ?? []).toString())?.[1]

t.test('nothing is made while nobody reads', async t => {
  const state = setUp()
  state.journal.tell('ready')
  await state.clock.pass(2000)
  t.strictSame([state.begun, state.clock.timers, state.journal.listeners.size], [0, 0, 0])
  const [first, second] = [state.views.subscribe(() => undefined), state.views.subscribe(() => undefined)]
  await state.clock.pass(1)
  t.equal(state.begun, 1)
  first()
  first()
  await state.clock.pass(1000)
  t.equal(state.begun, 2, 'one reads on')
  second()
  t.strictSame([state.views.latest, state.clock.timers, state.journal.listeners.size], [undefined, 0, 0])
})

t.test('a view is made at once, each second, and soon after each event', async t => {
  const state = setUp()
  let woken = 0
  state.views.subscribe(() => woken++)
  await state.clock.pass(0)
  state.clock.advance(0)
  await settled()
  t.strictSame([woken, nameIn(state)], [1, 'view-1'])
  t.equal(
    Buffer.from(state.views.latest ?? []).toString(),
    `event: services\ndata: ${JSON.stringify({ at: '2026-01-01T00:00:00.000Z', services: [serviceNamed('view-1')] })}\n\n`,
  )
  await state.clock.pass(999)
  t.equal(woken, 1)
  await state.clock.pass(1)
  t.equal(woken, 2)

  await state.clock.pass(300)
  state.journal.tell('backend-state')
  state.journal.tell('failover')
  await state.clock.pass(49)
  t.equal(woken, 2)
  await state.clock.pass(1)
  t.equal(woken, 3, 'one for both')
  await state.clock.pass(999)
  t.equal(woken, 3)
  await state.clock.pass(1)
  t.equal(woken, 4)
})

t.test('an event while a view is made has one of its own after that', async t => {
  const state = setUp()
  let finish = (): void => undefined
  state.make = () => new Promise(resolve => (finish = () => resolve([serviceNamed(`view-${state.begun}`)])))
  let woken = 0
  state.views.subscribe(() => woken++)
  await state.clock.pass(1)
  state.journal.tell('backend-state')
  await state.clock.pass(200)
  t.equal(state.begun, 1, 'never two at a time')
  finish()
  await settled()
  t.equal(woken, 1)
  await state.clock.pass(50)
  t.equal(state.begun, 2)
  finish()
  await settled()
  t.equal(nameIn(state), 'view-2')
})

t.test('a view that comes when nobody reads any more is dropped', async t => {
  const state = setUp()
  let finish = (): void => undefined
  state.make = () => new Promise(resolve => (finish = () => resolve([])))
  const leave = state.views.subscribe(() => t.fail('gone'))
  await state.clock.pass(1)
  leave()
  finish()
  await settled()
  t.strictSame([state.views.latest, state.clock.timers], [undefined, 0])
})

t.test('a failure is told once until views can be made again', async t => {
  const state = setUp()
  const works = state.make
  state.make = () => Promise.reject(new Error('no stats'))
  let woken = 0
  state.views.subscribe(() => woken++)
  await state.clock.pass(2500)
  t.strictSame([state.begun, state.failures.length, woken], [3, 1, 0])
  state.make = works
  await state.clock.pass(1000)
  t.equal(woken, 1)
  state.make = () => Promise.reject(new Error('again'))
  await state.clock.pass(2000)
  t.strictSame(state.failures, [new Error('no stats'), new Error('again')])
})
