import t from 'tap'
import { Pace } from '../../../../src/dashboard/model/pace.js'
import { FakeClock } from '../../../fixtures/fake-clock.js'

t.test('it runs at once, and then no more often than once an interval', t => {
  const clock = new FakeClock()
  const ran: number[] = []
  const pace = new Pace(clock, 1000, () => ran.push(clock.now()))
  pace.ask()
  pace.ask()
  clock.advance(10)
  t.strictSame(ran, [0])
  pace.ask()
  pace.ask()
  clock.advance(5000)
  t.strictSame(ran, [0, 1000])
  pace.ask()
  clock.advance(0)
  t.strictSame(ran, [0, 1000, 5010])
  t.end()
})

t.test('somebody who waits does not wait, and the interval begins anew', t => {
  const clock = new FakeClock()
  const ran: number[] = []
  const pace = new Pace(clock, 1000, () => ran.push(clock.now()))
  clock.advance(300)
  pace.now()
  pace.ask()
  clock.advance(5000)
  t.strictSame(ran, [300, 1300])
  t.end()
})

t.test('what is urgent comes sooner, and once', t => {
  const clock = new FakeClock()
  const ran: number[] = []
  const pace = new Pace(clock, 1000, () => ran.push(clock.now()))
  pace.now()
  clock.advance(100)
  pace.ask()
  pace.ask(200)
  pace.ask(500)
  clock.advance(5000)
  t.strictSame(ran, [0, 200])
  pace.ask(200)
  pace.ask()
  clock.advance(5000)
  t.strictSame(ran, [0, 200, 5100])
  t.end()
})
