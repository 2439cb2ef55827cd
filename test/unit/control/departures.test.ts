import t from 'tap'
import { Departures } from '../../../src/control/departures.js'
import { FakeClock } from '../../fixtures/fake-clock.js'

/** Departures of backends with as many sessions as `sessions` says; one that it does not name takes new ones. */
function depart(sessions: Record<string, number | undefined>) {
  const clock = new FakeClock()
  const departed: string[] = []
  const departures = new Departures(clock, {
    idle: () => new Set(Object.keys(sessions).filter(backend => sessions[backend] !== undefined)),
    left: backend => sessions[backend] ?? 0,
    departed: backends => departed.push(...backends),
  })
  return { clock, departed, departures }
}

t.test('a backend has departed when its last session is over, and is told of once', t => {
  const sessions = { a: 2, b: 0 }
  const { clock, departed, departures } = depart(sessions)
  departures.await('a')
  departures.await('b')
  departures.await('a')
  t.same(departed, [], 'not before the data path has heard of it')
  t.equal(clock.timers, 1)
  clock.advance(200)
  t.same(departed, ['b'])
  sessions.a = 1
  clock.advance(1000)
  t.same(departed, ['b'])
  sessions.a = 0
  clock.advance(200)
  t.same(departed, ['b', 'a'])
  t.equal(clock.timers, 0, 'nobody is left to look at')
  clock.advance(1000)
  t.equal(departed.length, 2)
  t.end()
})

t.test('one that takes sessions again is not waited for', t => {
  const sessions: Record<string, number | undefined> = { a: 1 }
  const { clock, departed, departures } = depart(sessions)
  departures.await('a')
  clock.advance(200)
  sessions.a = undefined
  clock.advance(200)
  sessions.a = 0
  clock.advance(1000)
  t.same(departed, [])
  t.equal(clock.timers, 0)
  departures.await('a')
  clock.advance(200)
  t.same(departed, ['a'], 'until it is asked for again')
  t.end()
})

t.test('tells once when nobody is waited for any more', t => {
  const sessions = { a: 1 }
  const { clock, departed, departures } = depart(sessions)
  departures.await('a')
  departures.whenIdle(() => departed.push('idle'))
  clock.advance(1000)
  t.same(departed, [])
  sessions.a = 0
  clock.advance(200)
  t.same(departed, ['a', 'idle'])
  departures.await('a')
  clock.advance(200)
  t.same(departed, ['a', 'idle', 'a'])
  t.end()
})

t.test('tells that nobody is waited for although nobody ever was, and not at once', t => {
  const { clock, departed, departures } = depart({})
  departures.whenIdle(() => departed.push('idle'))
  t.same(departed, [])
  clock.advance(200)
  t.same(departed, ['idle'])
  t.equal(clock.timers, 0)
  t.end()
})

t.test('does not tell whoever no longer wants to know', t => {
  const { clock, departed, departures } = depart({})
  departures.whenIdle(() => departed.push('idle'))
  departures.whenIdle(undefined)
  clock.advance(1000)
  t.same(departed, [])
  departures.whenIdle(undefined)
  t.equal(clock.timers, 0, 'nor looks for it')
  t.end()
})

t.test('waits for nobody after stop, even when it is stopped by whom it tells', t => {
  const { clock, departed, departures } = depart({ a: 0, b: 1 })
  departures.await('a')
  departures.whenIdle(() => departed.push('idle'))
  departures.stop()
  t.equal(clock.timers, 0)
  clock.advance(1000)
  t.same(departed, [])
  departures.stop()
  departures.await('a')
  departures.whenIdle(() => departures.stop())
  clock.advance(200)
  t.same(departed, ['a'])
  t.equal(clock.timers, 0)
  t.end()
})
