import t from 'tap'
import type { Verdict } from '../../../src/control/probes/probe.js'
import { Monitor } from '../../../src/control/monitor.js'
import type { ProbeResult } from '../../../src/control/watch.js'
import { FakeClock, settled } from '../../fixtures/fake-clock.js'
import { ProbedBackend, scene } from '../../fixtures/probed-backend.js'

const PASS: Verdict = { kind: 'pass', reason: 'answered' }
const LOCAL: Verdict = { kind: 'local', reason: 'no file descriptor left (EMFILE)' }

t.test('the first probe is at a random point of the first interval', t => {
  const { clock, monitor } = scene({ random: [0.25, 0.25], start: 0 })
  const backend = new ProbedBackend(monitor, clock)
  clock.advance(249)
  t.same(backend.starts, [])
  clock.advance(1)
  t.same(backend.starts, [250], 'of a second, not of the two seconds')
  t.end()
})

t.test('later probes are one interval and a little jitter after the start of the one before', async t => {
  const { clock, monitor } = scene({ random: [0, 0.5, 0, 0.5], start: 0 })
  const backend = new ProbedBackend(monitor, clock)
  clock.advance(0)
  clock.advance(300)
  await backend.last.answer(PASS)
  t.same(backend.results, [{ verdict: PASS, durationMs: 300 }])
  clock.advance(1749)
  t.same(backend.starts, [0])
  clock.advance(1)
  t.same(backend.starts, [0, 2050], 'the 300 ms are part of the interval; half of 5 % is jitter')
  await backend.last.answer(PASS)
  clock.advance(2000)
  t.same(backend.starts, [0, 2050, 4050])
  backend.interval = 500
  await backend.last.answer(PASS)
  clock.advance(513)
  t.same(backend.starts, [0, 2050, 4050, 4562.5], 'the interval is asked for after each result')
})

t.test('a shorter interval holds for the probe that is awaited, a longer one does not', async t => {
  const { clock, monitor } = scene({ random: [0, 0], start: 0 })
  const backend = new ProbedBackend(monitor, clock)
  backend.watch.adapt()
  clock.advance(0)
  backend.interval = 60_000
  await backend.last.answer(PASS)
  backend.interval = 1000
  clock.advance(400)
  backend.watch.adapt()
  clock.advance(599)
  t.same(backend.starts, [0])
  clock.advance(1)
  t.same(backend.starts, [0, 1000])
  backend.watch.adapt()
  await backend.last.answer(PASS)
  backend.interval = 60_000
  backend.watch.adapt()
  clock.advance(1000)
  t.same(backend.starts, [0, 1000, 2000])
  await backend.last.answer(PASS)
  backend.interval = 10
  clock.advance(500)
  backend.watch.adapt()
  clock.advance(0)
  t.same(backend.starts, [0, 1000, 2000, 2500], 'at once where it is late by then')
})

t.test('the interval is asked for after the result was told', async t => {
  const { clock, monitor } = scene({ start: 0 })
  const backend = new ProbedBackend(monitor, clock, { reply: PASS })
  backend.onResult = () => (backend.interval = 300)
  await clock.pass(301)
  t.same(backend.starts, [0, 300])
})

t.test('a timer that runs early does not make a probe early', t => {
  class HastyClock extends FakeClock {
    override after(delay: number, run: () => void) {
      return super.after(Math.max(1, Math.floor(delay)), run)
    }
  }
  const clock = new HastyClock()
  const monitor = new Monitor({ clock, random: () => 0.1237 })
  const backend = new ProbedBackend(monitor, clock)
  clock.advance(123)
  t.same(backend.starts, [])
  clock.advance(1)
  t.same(backend.starts, [124])
  t.end()
})

t.test('a silent backend fails at its timeout, and the next probe does not overlap', async t => {
  const { clock, monitor } = scene({ start: 0 })
  const backend = new ProbedBackend(monitor, clock, { timeout: 1500 })
  backend.interval = 1500
  clock.advance(1499)
  t.equal(backend.last.signal.aborted, false)
  t.same(backend.verdicts, [])
  clock.advance(1)
  t.same(backend.results, [
    { verdict: { kind: 'fail', cause: 'dead', reason: 'timeout after 1.5s' }, durationMs: 1500 },
  ])
  t.equal(backend.calls[0]?.signal.aborted, true, 'and is told to free what it holds')
  t.same(backend.starts, [0, 1500])
  await backend.calls[0]?.answer(PASS)
  t.equal(backend.results.length, 1, 'what it says later is not listened to')
})

t.test('a probe slower than the interval delays the next, which starts once it has ended', async t => {
  const { clock, monitor } = scene({ start: 0 })
  const backend = new ProbedBackend(monitor, clock, { timeout: 200 })
  backend.interval = 50
  clock.advance(120)
  t.same(backend.starts, [0])
  await backend.last.answer(PASS)
  clock.advance(0)
  t.same(backend.starts, [0, 120])
  clock.advance(199)
  backend.watch.expedite()
  t.same(backend.starts, [0, 120], 'not even when it is asked for')
  clock.advance(1)
  t.same(backend.starts, [0, 120, 320], 'a timeout is an end as well')
  t.same(
    backend.calls.map(({ signal }) => signal.aborted),
    [true, true, false],
    'and all that an ended probe held is free',
  )
})

t.test('timeouts below a second are told in ms', t => {
  const { clock, monitor } = scene()
  const backend = new ProbedBackend(monitor, clock, { timeout: 250 })
  clock.advance(250)
  t.same(backend.verdicts, ['fail: timeout after 250ms'])
  t.end()
})

t.test('an answer that was there before the timeout counts, although the timer runs first', async t => {
  const { clock, monitor } = scene()
  const backend = new ProbedBackend(monitor, clock, { timeout: 100 })
  clock.advance(0)
  clock.stall(120)
  clock.turn()
  t.equal(backend.last.signal.aborted, false)
  await backend.last.answer(PASS)
  clock.turn()
  t.same(backend.verdicts, ['pass: answered'])
  clock.advance(2000)
  clock.stall(120)
  clock.turn()
  clock.turn()
  t.same(backend.verdicts, ['pass: answered', 'fail: timeout after 100ms'], 'one turn, not more')
})

t.test('a probe that ends because it was told to has nothing to say', async t => {
  const { clock, monitor } = scene()
  const results: ProbeResult[] = []
  monitor.watch({
    target: { kind: 'unix', path: '/nowhere' },
    timeout: 100,
    interval: () => 1000,
    probe: (_target, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted')))),
    onResult: result => results.push(result),
  })
  clock.advance(100)
  await settled()
  t.equal(results.length, 1, 'a rejection after the timeout is no bug')
})

t.test('trouble of our own is told as such and changes nothing in the schedule', async t => {
  const { clock, monitor } = scene({ start: 0 })
  const backend = new ProbedBackend(monitor, clock, { reply: LOCAL })
  await clock.pass(2000)
  t.same(backend.starts, [0, 2000])
  t.equal(backend.results[0]?.verdict.kind, 'local')
})

t.test('expedite', async t => {
  t.test('probes at once, and the interval counts from there', async t => {
    const { clock, monitor } = scene({ start: 0 })
    const backend = new ProbedBackend(monitor, clock, { reply: PASS })
    await clock.pass(700)
    backend.watch.expedite()
    t.same(backend.starts, [0, 700])
    await clock.pass(2000)
    t.same(backend.starts, [0, 700, 2700])
  })

  t.test('before the first probe', t => {
    const { clock, monitor } = scene({ random: [0.9], start: 0 })
    const backend = new ProbedBackend(monitor, clock)
    backend.watch.expedite()
    t.same(backend.starts, [0])
    t.equal(clock.timers, 2, 'one timeout, one beat: the first timer is gone')
    t.end()
  })

  t.test('keeps a gap of 100 ms, however often it is asked for', async t => {
    const { clock, monitor } = scene({ start: 0 })
    const backend = new ProbedBackend(monitor, clock, { reply: PASS })
    await clock.pass(30)
    backend.watch.expedite()
    backend.watch.expedite()
    t.same(backend.starts, [0])
    await clock.pass(69)
    backend.watch.expedite()
    t.same(backend.starts, [0])
    await clock.pass(1)
    t.same(backend.starts, [0, 100])
  })

  t.test('keeps the gap of one interval when that is shorter', async t => {
    const { clock, monitor } = scene({ start: 0 })
    const backend = new ProbedBackend(monitor, clock, { reply: PASS, timeout: 40 })
    backend.interval = 40
    await clock.pass(30)
    backend.interval = 25
    backend.watch.expedite()
    t.same(backend.starts, [0, 30])
  })

  t.test('never makes a probe later', async t => {
    const { clock, monitor } = scene({ start: 0 })
    const backend = new ProbedBackend(monitor, clock, { reply: PASS })
    backend.interval = 40
    await clock.pass(30)
    backend.interval = 2000
    backend.watch.expedite()
    await clock.pass(10)
    t.same(backend.starts, [0, 40])
  })

  t.test('leaves a probe in flight alone', async t => {
    const { clock, monitor } = scene({ start: 0 })
    const backend = new ProbedBackend(monitor, clock)
    clock.advance(500)
    backend.watch.expedite()
    t.same(backend.starts, [0])
    t.equal(backend.last.signal.aborted, false)
    await backend.last.answer(PASS)
    clock.advance(1499)
    t.same(backend.starts, [0], 'whose answer serves')
  })

  t.test('asked for while a result is told', async t => {
    const { clock, monitor } = scene({ start: 0 })
    const backend = new ProbedBackend(monitor, clock, { reply: PASS })
    backend.onResult = () => {
      if (backend.results.length === 1) backend.watch.expedite()
    }
    await clock.pass(2099)
    t.same(backend.starts, [0, 100])
    await clock.pass(1)
    t.same(backend.starts, [0, 100, 2100], 'once, not beside the regular one')
  })

  t.test('queues when all places are taken', async t => {
    const { clock, monitor } = scene({ maxInFlight: 1, random: [0, 0.9] })
    const first = new ProbedBackend(monitor, clock)
    const second = new ProbedBackend(monitor, clock)
    clock.advance(0)
    second.watch.expedite()
    second.watch.expedite()
    t.equal(second.calls.length, 0)
    await first.last.answer(PASS)
    t.equal(second.calls.length, 1)
  })
})

t.test('pause and resume', async t => {
  t.test('a probe in flight is ended and nothing is told of it', async t => {
    const { clock, monitor } = scene({ random: [0, 0.5], start: 0 })
    const backend = new ProbedBackend(monitor, clock)
    clock.advance(100)
    backend.watch.pause()
    t.equal(backend.last.signal.aborted, true)
    await backend.last.answer(PASS)
    t.equal(clock.timers, 0)
    backend.watch.expedite()
    t.equal(clock.timers, 0, 'nothing brings it back but resume')
    t.same(backend.results, [])
    backend.watch.resume()
    clock.advance(500)
    t.same(backend.starts, [0, 600])
  })

  t.test('resume without a pause is nothing', t => {
    const { clock, monitor } = scene({ start: 0 })
    const backend = new ProbedBackend(monitor, clock)
    backend.watch.resume()
    clock.advance(100)
    backend.watch.resume()
    clock.advance(100)
    t.same(backend.starts, [0])
    t.end()
  })

  t.test('pausing while a result is told', async t => {
    const { clock, monitor } = scene()
    const backend = new ProbedBackend(monitor, clock, { reply: PASS })
    backend.onResult = () => backend.watch.pause()
    await clock.pass(1)
    t.equal(backend.results.length, 1)
    t.equal(clock.timers, 0)
  })
})
