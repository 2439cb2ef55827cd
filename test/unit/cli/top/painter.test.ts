import t from 'tap'
import { Painter } from '../../../../src/cli/top/painter.js'
import { FakeClock } from '../../../fixtures/fake-clock.js'

t.test('paints at once, and then at most once in a while', t => {
  const clock = new FakeClock()
  let painted = 0
  const painter = new Painter(clock, 200, () => painted++)
  painter.ask()
  t.equal(painted, 1)
  for (let times = 0; times < 10; times++) painter.ask()
  clock.advance(199)
  t.equal(painted, 1)
  clock.advance(1)
  t.equal(painted, 2)
  clock.advance(1000)
  t.equal(painted, 2, 'not when nothing changed')
  painter.ask()
  painter.ask()
  painter.now()
  t.equal(painted, 4, 'a key is not kept waiting')
  clock.advance(1000)
  t.equal(painted, 4, 'and has shown what waited')
  painter.ask()
  painter.ask()
  painter.stop()
  t.equal(clock.timers, 0)
  t.end()
})
