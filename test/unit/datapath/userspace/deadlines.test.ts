import t from 'tap'
import { Deadlines, type Expiring } from '../../../../src/datapath/userspace/deadlines.js'
import { FakeClock } from '../../../fixtures/fake-clock.js'

const TIMEOUT = 100

function setUp() {
  const clock = new FakeClock(1000)
  const deadlines = new Deadlines(clock, TIMEOUT)
  const expired: string[] = []
  const start = (name: string): Expiring => {
    const expiring = { startedAt: clock.now(), expire: () => void expired.push(name) }
    deadlines.add(expiring)
    return expiring
  }
  return { clock, deadlines, expired, start }
}

const nextTurn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

t.test('each expires at its own time, by one timer', async t => {
  const { clock, expired, start } = setUp()
  start('first')
  clock.advance(30)
  start('second')
  start('third')
  t.equal(clock.timers, 1)
  clock.advance(69)
  await nextTurn()
  t.same(expired, [])
  clock.advance(1)
  await nextTurn()
  t.same(expired, ['first'])
  t.equal(clock.timers, 1)
  clock.advance(30)
  await nextTurn()
  t.same(expired, ['first', 'second', 'third'])
  t.equal(clock.timers, 0)
})

t.test('what is removed does not expire, not even in the turn after the timer', async t => {
  const { clock, deadlines, expired, start } = setUp()
  const [early, late] = [start('early'), start('late')]
  deadlines.remove(early)
  clock.advance(TIMEOUT)
  deadlines.remove(late)
  start('new')
  await nextTurn()
  t.same(expired, [])
  clock.advance(TIMEOUT)
  await nextTurn()
  t.same(expired, ['new'])
})

t.test('what an expiry starts or removes is heeded', async t => {
  const { clock, deadlines, expired, start } = setUp()
  deadlines.add({ startedAt: clock.now(), expire: () => deadlines.remove(other) })
  const other = start('other')
  deadlines.add({ startedAt: clock.now(), expire: () => void start('retry') })
  clock.advance(TIMEOUT)
  await nextTurn()
  t.same(expired, [])
  clock.advance(TIMEOUT)
  await nextTurn()
  t.same(expired, ['retry'])
})

t.test('no timer is left for nobody once it has stopped', async t => {
  const { clock, deadlines, expired, start } = setUp()
  deadlines.remove(start('gone'))
  t.equal(clock.timers, 1, 'until then it runs on')
  deadlines.stop()
  t.equal(clock.timers, 0)
  const last = start('last')
  deadlines.stop()
  t.equal(clock.timers, 1)
  deadlines.remove(last)
  t.equal(clock.timers, 0)
  const during = start('in the turn after the timer')
  clock.advance(TIMEOUT)
  deadlines.remove(during)
  await nextTurn()
  t.same(expired, [])
})

t.test('what begins anew when it expires leaves one timer', async t => {
  const { clock, deadlines, start } = setUp()
  deadlines.add({ startedAt: clock.now(), expire: () => void start('again') })
  clock.advance(1)
  start('later')
  for (let round = 0; round < 5; round++) {
    clock.advance(TIMEOUT)
    await nextTurn()
    t.ok(clock.timers <= 1, `${clock.timers} timers`)
    deadlines.add({ startedAt: clock.now(), expire: () => void start('again') })
    clock.advance(1)
  }
  t.end()
})
