import t from 'tap'
import { Pulse } from '../../../src/control/pulse.js'
import { FakeClock } from '../../fixtures/fake-clock.js'

t.test('beats on time tell of no stall', t => {
  const clock = new FakeClock()
  const pulse = new Pulse(clock, () => t.fail('no stall'))
  pulse.start()
  clock.advance(10_000)
  t.equal(pulse.check(), false)
  t.equal(clock.timers, 1, 'it goes on')
  pulse.stop()
  t.equal(clock.timers, 0, 'and ends')
  t.end()
})

t.test('a beat late by 250 ms is still on time, a later one is not', t => {
  const clock = new FakeClock()
  let stalls = 0
  const pulse = new Pulse(clock, () => stalls++)
  pulse.start()
  clock.stall(350)
  clock.advance(0)
  t.equal(stalls, 0)
  clock.stall(351)
  clock.advance(0)
  t.equal(stalls, 1)
  t.end()
})

t.test('whoever asks before the late beat is told, and the beat does not tell again', t => {
  const clock = new FakeClock()
  let stalls = 0
  const pulse = new Pulse(clock, () => stalls++)
  pulse.start()
  clock.stall(5000)
  t.equal(pulse.check(), true)
  t.equal(pulse.check(), false)
  clock.advance(1000)
  t.equal(stalls, 1)
  t.end()
})

t.test('the time that beginning again takes is no stall', t => {
  const clock = new FakeClock()
  let stalls = 0
  const pulse = new Pulse(clock, () => {
    stalls++
    clock.stall(400)
  })
  pulse.start()
  clock.stall(5000)
  clock.advance(0)
  t.equal(pulse.check(), false)
  clock.advance(1000)
  t.equal(stalls, 1)
  t.end()
})

t.test('it may be stopped while it tells of a stall', t => {
  const clock = new FakeClock()
  const pulse: Pulse = new Pulse(clock, () => pulse.stop())
  pulse.start()
  clock.stall(5000)
  clock.advance(1000)
  t.equal(clock.timers, 0)
  t.end()
})

t.test('time without a beat is not looked at', t => {
  const clock = new FakeClock()
  const pulse = new Pulse(clock, () => t.fail('no stall'))
  clock.stall(5000)
  t.equal(pulse.check(), false)
  pulse.start()
  pulse.start()
  t.equal(clock.timers, 1, 'starting twice is starting once')
  t.equal(pulse.check(), false)
  t.end()
})
