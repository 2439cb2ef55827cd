import t, { type Test } from 'tap'
import { systemClock, systemRandom, wallTime } from '../../src/clock.js'

const LONGEST = 2 ** 31 - 1

interface Scripted {
  /** Runs the one timer there is and returns the delay it was set to. */
  fire(): number
  readonly pending: ReadonlyMap<object, unknown>
}

/** Takes the place of the runtime's timers. */
function scriptTimers(t: Test): Scripted {
  const pending = new Map<object, { run: () => void; delay: number }>()
  t.intercept(globalThis, 'setTimeout', {
    value: (run: () => void, delay: number) => {
      const timeout = {}
      pending.set(timeout, { run, delay })
      return timeout
    },
  })
  t.intercept(globalThis, 'clearTimeout', { value: (timeout: object) => pending.delete(timeout) })
  return {
    pending,
    fire() {
      for (const [timeout, { run, delay }] of pending) {
        pending.delete(timeout)
        run()
        return delay
      }
      throw new Error('no timer')
    },
  }
}

t.test('runs once, after the delay', t => {
  const timers = scriptTimers(t)
  let runs = 0
  systemClock.after(250, () => runs++)
  t.equal(runs, 0)
  t.equal(timers.fire(), 250)
  t.equal(runs, 1)
  t.equal(timers.pending.size, 0)
  t.end()
})

t.test('what should have run already runs at once', t => {
  const timers = scriptTimers(t)
  let runs = 0
  systemClock.after(-0.2, () => runs++)
  t.equal(timers.fire(), 0, 'the runtime warns of a negative delay')
  t.equal(runs, 1)
  t.end()
})

t.test('keeps the longest delay of one timer in one timer', t => {
  const timers = scriptTimers(t)
  let runs = 0
  systemClock.after(LONGEST, () => runs++)
  t.equal(timers.fire(), LONGEST)
  t.equal(runs, 1)
  t.end()
})

t.test('chains timers for a delay that one would cut to nothing', t => {
  const timers = scriptTimers(t)
  for (const whole of [LONGEST + 1, 365 * 24 * 3600 * 1000]) {
    let runs = 0
    systemClock.after(whole, () => runs++)
    let passed = 0
    while (timers.pending.size > 0) {
      t.equal(runs, 0)
      const delay = timers.fire()
      t.ok(delay <= LONGEST)
      passed += delay
    }
    t.equal(passed, whole)
    t.equal(runs, 1)
  }
  t.end()
})

t.test('a cancelled timer does not run, in whichever link of its chain', t => {
  const timers = scriptTimers(t)
  const run = (): void => void t.fail('ran')
  systemClock.after(5, run).cancel()
  t.equal(timers.pending.size, 0)
  const long = systemClock.after(LONGEST * 2, run)
  timers.fire()
  t.equal(timers.pending.size, 1)
  long.cancel()
  t.equal(timers.pending.size, 0)
  t.end()
})

t.test('cancelling a timer that ran is harmless', t => {
  const timers = scriptTimers(t)
  const first = systemClock.after(5, () => undefined)
  timers.fire()
  systemClock.after(5, () => undefined)
  first.cancel()
  t.equal(timers.pending.size, 1)
  t.end()
})

t.test('reads the monotonic clock, the wall clock and the random source of the runtime', t => {
  t.intercept(performance, 'now', { value: () => 12.5 })
  t.intercept(Date, 'now', { value: () => 1_700_000_000_000 })
  t.intercept(Math, 'random', { value: () => 0.25 })
  t.equal(systemClock.now(), 12.5)
  t.equal(wallTime(), 1_700_000_000_000)
  t.equal(systemRandom(), 0.25)
  t.end()
})
