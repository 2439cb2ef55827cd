import t from 'tap'
import { Supervisor } from '../../../src/control/supervisor.js'
import type { ProbeResult, Subject } from '../../../src/control/watch.js'
import type { Service } from '../../../src/core/service.js'
import type { Snapshot } from '../../../src/core/snapshot.js'
import { FakeClock } from '../../fixtures/fake-clock.js'
import { recordingObserver } from '../../fixtures/recording-observer.js'
import { backend, service } from '../../fixtures/services.js'

const PASS: ProbeResult = { verdict: { kind: 'pass', reason: 'connected' }, durationMs: 1 }
const FAIL: ProbeResult = { verdict: { kind: 'fail', cause: 'dead', reason: 'refused' }, durationMs: 1 }
const LOCAL: ProbeResult = { verdict: { kind: 'local', reason: 'EMFILE' }, durationMs: 1 }

/** A supervisor whose probes answer when the test says so. */
function supervise(supervised: Service) {
  const clock = new FakeClock()
  const published: Snapshot[] = []
  const subjects: Subject[] = []
  const asked: string[] = []
  const { observer, told } = recordingObserver()
  const supervisor = new Supervisor(supervised, {
    clock,
    wallTime: () => 0,
    held: () => 0,
    observer,
    publish: snapshot => published.push(snapshot),
    monitor: {
      watch(subject) {
        const name = supervised.backends[subjects.length]?.name ?? ''
        subjects.push(subject)
        const ask = (what: string) => () => void asked.push(`${what} ${name}`)
        return { expedite: ask('expedite'), pause: ask('pause'), resume: ask('resume'), stop: ask('stop') }
      },
    },
  })
  supervisor.open()
  supervisor.start()
  return { clock, published, subjects, asked, told, supervisor }
}

t.test('publishes at once, and then only what changed', t => {
  const { published, subjects } = supervise(service([backend('a'), backend('b')]))
  t.equal(published.length, 1)
  subjects[0]?.onResult(PASS)
  t.equal(published.length, 2, 'the first result decides')
  subjects[0]?.onResult(PASS)
  subjects[1]?.onResult(FAIL)
  t.equal(published.length, 3)
  t.same(
    published[2]?.backends.map(({ eligible }) => eligible),
    [true, false],
  )
  t.end()
})

t.test('trouble of our own is a warning and no verdict', t => {
  const { published, subjects, told } = supervise(service([backend('a')]))
  subjects[0]?.onResult(LOCAL)
  t.equal(published.length, 1)
  t.match(told, [['warning', /EMFILE/]])
  t.end()
})

t.test('a failed connection asks for a probe, a good one does not', t => {
  const { asked, supervisor } = supervise(service([backend('a')]))
  supervisor.passive('a', { kind: 'pass' })
  t.same(asked, [])
  supervisor.passive('a', { kind: 'fail', cause: 'dead', reason: 'refused' })
  t.same(asked, ['expedite a'])
  t.end()
})

t.test('with passive off connections say nothing', t => {
  const { asked, supervisor, published } = supervise(
    service([backend('a')], { passive: false, probe: { fall: 1 } }),
  )
  supervisor.passive('a', { kind: 'fail', cause: 'dead', reason: 'refused' })
  t.same(asked, [])
  t.equal(published.length, 1)
  t.end()
})

t.test('the interval follows the state', t => {
  const { subjects } = supervise(
    service([backend('a')], { probe: { interval: 3, fastInterval: 1, downInterval: 2, fall: 2, rise: 2 } }),
  )
  const [subject] = subjects
  const after = (result: ProbeResult) => {
    subject?.onResult(result)
    return subject?.interval()
  }
  t.equal(subject?.interval(), 3)
  t.same([PASS, FAIL, FAIL, PASS, PASS].map(after), [3, 1, 2, 1, 3])
  t.end()
})

t.test('a backend in maintenance is not probed', t => {
  const { asked, supervisor, published } = supervise(
    service([backend('a', { state: 'maintenance' }), backend('b')]),
  )
  t.same(asked, ['pause a'])
  supervisor.setAdmin('a', 'ready')
  supervisor.setAdmin('b', 'maintenance')
  supervisor.setAdmin('b', 'maintenance')
  t.same(asked, ['pause a', 'resume a', 'pause b'])
  t.equal(published.length, 3, 'saying it twice changes nothing')
  t.equal(supervisor.failover, 'primary')
  t.end()
})

t.test('time is let pass when it is due: traffic returns after the failback delay', t => {
  const { clock, subjects, published, supervisor } = supervise(
    service([backend('a'), backend('b', { backup: true })], { failbackDelay: 500, probe: { rise: 1 } }),
  )
  subjects[1]?.onResult(PASS)
  subjects[0]?.onResult(FAIL)
  t.equal(supervisor.failover, 'backup')
  subjects[0]?.onResult(PASS)
  t.equal(supervisor.failover, 'returning')
  clock.advance(499)
  t.equal(supervisor.failover, 'returning')
  clock.advance(1)
  t.equal(supervisor.failover, 'primary')
  t.equal(published.at(-1)?.failover, 'primary')
  t.end()
})

t.test('without probes a backend taken down by its clients is tried again', t => {
  const { clock, subjects, supervisor } = supervise(
    service([backend('a')], { probe: { spec: { kind: 'none' }, fall: 1, downInterval: 700 } }),
  )
  t.same(subjects, [])
  supervisor.passive('a', { kind: 'fail', cause: 'dead', reason: 'refused' })
  t.equal(supervisor.status()[0]?.health, 'down')
  clock.advance(700)
  t.equal(supervisor.status()[0]?.health, 'unknown')
  t.end()
})

t.test('kill-sessions is published as a revocation', t => {
  const { published, supervisor } = supervise(service([backend('a')]))
  supervisor.killSessions('a')
  supervisor.killSessions('nobody')
  t.equal(published.length, 2)
  t.same(published[1]?.backends[0]?.revocation, { count: 1, reason: 'killed' })
  t.end()
})

t.test('after stop nothing is published and no timer is left', t => {
  const { clock, asked, published, supervisor } = supervise(
    service([backend('a')], { slowStart: 1000, probe: { spec: { kind: 'none' }, fall: 1 } }),
  )
  supervisor.passive('a', { kind: 'fail', cause: 'dead', reason: 'refused' })
  supervisor.stop()
  supervisor.passive('a', { kind: 'fail', cause: 'dead', reason: 'refused' })
  t.equal(published.length, 2)
  t.equal(clock.timers, 0)
  t.same(asked, [])
  t.end()
})

t.test('a transition is told when it has been published', t => {
  const { published, subjects, told } = supervise(service([backend('a')]))
  const order: unknown[] = []
  const push = published.push.bind(published)
  published.push = (...snapshots) => {
    order.push('published')
    return push(...snapshots)
  }
  told.push = (...facts) => order.push(...facts.map(([name]) => name))
  subjects[0]?.onResult(FAIL)
  t.same(order, ['probe', 'published', 'backendState', 'failover'])
  t.end()
})

t.test('new probe times alone are published ten times a second at most, the last of them too', t => {
  const balanced = { ...service([backend('a')]), balance: 'least-latency' as const }
  const { clock, published, subjects, supervisor } = supervise(balanced)
  clock.advance(1000)
  published.length = 0
  for (let probe = 1; probe <= 50; probe++) {
    subjects[0]?.onResult(PASS)
    clock.advance(10)
  }
  t.ok(published.length >= 5 && published.length <= 6, `${published.length} in half a second`)
  clock.advance(100)
  t.equal(published.at(-1)?.backends[0]?.probeTime?.count, 50)
  const before = published.length
  subjects[0]?.onResult(PASS)
  subjects[0]?.onResult(PASS)
  for (let fall = 0; fall < 3; fall++) subjects[0]?.onResult(FAIL)
  t.equal(published.at(-1)?.backends[0]?.healthy, false, 'a transition does not wait')
  t.ok(published.length <= before + 2)
  subjects[0]?.onResult(PASS)
  supervisor.stop()
  const left = published.length
  clock.advance(1000)
  t.equal(published.length, left)
  t.end()
})
