import t from 'tap'
import type { Verdict } from '../../../src/control/probes/probe.js'
import { Monitor } from '../../../src/control/monitor.js'
import { FakeClock, settled } from '../../fixtures/fake-clock.js'
import { ProbedBackend, scene } from '../../fixtures/probed-backend.js'

const PASS: Verdict = { kind: 'pass', reason: 'answered' }

t.test('at most so many probes are in flight, and the others start in the order they were due', async t => {
  const { clock, monitor } = scene({ maxInFlight: 2, start: 0 })
  const order: string[] = []
  const backends = ['a', 'b', 'c', 'd'].map(name => {
    const backend = new ProbedBackend(monitor, clock)
    backend.onResult = () => order.push(name)
    return backend
  })
  const [a, b, c, d] = backends as [ProbedBackend, ProbedBackend, ProbedBackend, ProbedBackend]
  clock.advance(600)
  t.same(
    backends.map(({ calls }) => calls.length),
    [1, 1, 0, 0],
  )
  await b.last.answer(PASS)
  t.same(c.starts, [600], 'the first in the queue takes the free place')
  t.same(d.starts, [])
  clock.advance(400)
  t.same(a.verdicts, ['fail: timeout after 1s'])
  t.same(d.starts, [1000])
  clock.advance(599)
  t.same(c.verdicts, [], 'the time in the queue is not the time of the probe')
  clock.advance(1)
  t.same(c.verdicts, ['fail: timeout after 1s'])
  t.same(order, ['b', 'a', 'c'])
})

t.test('64 is the default', t => {
  const clock = new FakeClock()
  const monitor = new Monitor({ clock, random: () => 0 })
  const backends = Array.from({ length: 70 }, () => new ProbedBackend(monitor, clock))
  clock.advance(0)
  t.equal(backends.filter(({ calls }) => calls.length === 1).length, 64)
  t.end()
})

t.test('nobody waits for ever behind backends that are due again and again', async t => {
  const { clock, monitor } = scene({ maxInFlight: 1 })
  const greedy = new ProbedBackend(monitor, clock, { timeout: 10 })
  const modest = new ProbedBackend(monitor, clock, { timeout: 10 })
  greedy.interval = 10
  await clock.pass(100)
  t.ok(modest.results.length >= 1)
  t.ok(greedy.results.length >= 1)
})

t.test('a stall', async t => {
  t.test('discards what is in flight and probes again at once, when the beat comes first', async t => {
    const { clock, monitor } = scene({ start: 0 })
    const backend = new ProbedBackend(monitor, clock)
    clock.advance(150)
    const before = backend.last
    clock.stall(5000)
    clock.advance(0)
    t.equal(before.signal.aborted, true)
    t.same(backend.starts, [0, 5150])
    await before.answer(PASS)
    t.same(backend.results, [])
    clock.advance(10)
    await backend.last.answer(PASS)
    t.same(backend.results, [{ verdict: PASS, durationMs: 10 }])
  })

  t.test('when the timeout comes first', async t => {
    const { clock, monitor } = scene({ start: 0 })
    const backend = new ProbedBackend(monitor, clock, { timeout: 50 })
    clock.advance(0)
    clock.stall(5000)
    clock.advance(0)
    await settled()
    t.same(backend.results, [])
    t.same(backend.starts, [0, 5000])
    clock.advance(50)
    t.same(backend.verdicts, ['fail: timeout after 50ms'], 'the new one has a timeout of its own')
  })

  t.test('when the answer comes first', async t => {
    const { clock, monitor } = scene({ start: 0 })
    const backend = new ProbedBackend(monitor, clock)
    const other = new ProbedBackend(monitor, clock)
    clock.advance(0)
    clock.stall(5000)
    await backend.last.answer({ kind: 'fail', cause: 'dead', reason: 'connection reset (ECONNRESET)' })
    t.same(backend.results, [])
    t.same(backend.starts, [0, 5000])
    t.same(other.starts, [0, 5000], 'all of them')
  })

  t.test('when the next probe of another backend comes first', async t => {
    const { clock, monitor } = scene({ start: 0, random: [0, 0.05] })
    const backend = new ProbedBackend(monitor, clock)
    const other = new ProbedBackend(monitor, clock)
    clock.advance(0)
    clock.stall(5000)
    clock.advance(0)
    t.same(backend.starts, [0, 5000])
    t.same(other.starts, [5000], 'which itself is not begun twice')
    clock.advance(300)
    await other.last.answer(PASS)
    t.same(other.verdicts, ['pass: answered'])
  })

  t.test('that comes between the timeout and its verdict', async t => {
    const { clock, monitor } = scene({ start: 0 })
    const backend = new ProbedBackend(monitor, clock, { timeout: 50 })
    clock.advance(0)
    clock.stall(50)
    clock.turn()
    clock.stall(5000)
    clock.advance(0)
    t.same(backend.results, [])
    t.equal(backend.calls.length, 2)
  })

  t.test('does not take more places than there are', t => {
    const { clock, monitor } = scene({ maxInFlight: 2 })
    const backends = [0, 1, 2].map(() => new ProbedBackend(monitor, clock))
    clock.advance(0)
    clock.stall(5000)
    clock.advance(0)
    t.same(
      backends.map(({ calls }) => calls.length),
      [2, 2, 0],
    )
    t.end()
  })

  t.test('of less than 250 ms is none', async t => {
    const { clock, monitor } = scene()
    const backend = new ProbedBackend(monitor, clock)
    clock.advance(0)
    clock.stall(340)
    clock.advance(0)
    await backend.last.answer(PASS)
    t.same(backend.verdicts, ['pass: answered'])
    t.equal(backend.calls.length, 1)
  })

  t.test('while nothing is in flight spoils nothing', async t => {
    const { clock, monitor } = scene({ start: 0 })
    const backend = new ProbedBackend(monitor, clock, { reply: PASS })
    await clock.pass(1)
    t.equal(clock.timers, 1, 'no beat runs, only the wait for the next probe')
    clock.stall(60_000)
    clock.advance(0)
    await settled()
    t.equal(backend.results.length, 2)
  })
})

t.test('stop', async t => {
  t.test('ends the probe in flight, gives its place to the next and tells nothing', async t => {
    const { clock, monitor } = scene({ maxInFlight: 1 })
    const first = new ProbedBackend(monitor, clock)
    const second = new ProbedBackend(monitor, clock)
    clock.advance(0)
    first.watch.stop()
    t.equal(first.last.signal.aborted, true)
    t.equal(second.calls.length, 1)
    await first.last.answer(PASS)
    await clock.pass(5000)
    t.same(first.results, [])
    first.watch.resume()
    first.watch.expedite()
    first.watch.pause()
    first.watch.resume()
    await clock.pass(5000)
    t.equal(first.calls.length, 1, 'for good')
  })

  t.test('leaves the queue', async t => {
    const { clock, monitor } = scene({ maxInFlight: 1 })
    const [first, second, third] = [0, 1, 2].map(() => new ProbedBackend(monitor, clock)) as [
      ProbedBackend,
      ProbedBackend,
      ProbedBackend,
    ]
    clock.advance(0)
    second.watch.stop()
    await first.last.answer(PASS)
    t.equal(second.calls.length, 0)
    t.equal(third.calls.length, 1)
  })

  t.test('of the monitor ends everything and starts nothing', async t => {
    const { clock, monitor } = scene({ maxInFlight: 1, random: [0, 0, 0.9] })
    const backends = [0, 1, 2].map(() => new ProbedBackend(monitor, clock))
    clock.advance(0)
    monitor.stop()
    t.equal(clock.timers, 0)
    await clock.pass(3000)
    t.same(
      backends.map(({ calls }) => calls.length),
      [1, 0, 0],
    )
    t.equal(backends[0]?.last.signal.aborted, true)
    t.same(
      backends.flatMap(({ results }) => results),
      [],
    )
  })
})
