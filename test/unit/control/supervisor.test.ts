import t from 'tap'
import { Supervisor } from '../../../src/control/supervisor.js'
import type { ProbeResult } from '../../../src/control/watch.js'
import type { Backend } from '../../../src/core/backend.js'
import type { Service } from '../../../src/core/service.js'
import type { Snapshot } from '../../../src/core/snapshot.js'
import { FakeClock } from '../../fixtures/fake-clock.js'
import { recordingMonitor } from '../../fixtures/recording-monitor.js'
import { recordingObserver, type Told } from '../../fixtures/recording-observer.js'
import { backend as anyBackend, service } from '../../fixtures/services.js'

const PASS: ProbeResult = { verdict: { kind: 'pass', reason: 'connected' }, durationMs: 1 }
const FAIL: ProbeResult = { verdict: { kind: 'fail', cause: 'dead', reason: 'refused' }, durationMs: 1 }
const LOCAL: ProbeResult = { verdict: { kind: 'local', reason: 'EMFILE' }, durationMs: 1 }

/** A backend that the monitor knows by its name. */
function backend(name: string, settings: Partial<Backend> = {}): Backend {
  return anyBackend(name, { endpoint: { kind: 'unix', path: name }, ...settings })
}

/** `drained a`, `a up -> unknown` or just the name of a fact. */
function inWords([name, told]: Told): string {
  const { action, backend, from, to, then } = (told ?? {}) as Record<string, string | undefined>
  if (name === 'admin') return `${action} ${backend}${then === undefined ? '' : `, ${then}`}`
  return name === 'backendState' ? `${backend} ${from} -> ${to}` : name
}

/** A supervisor whose probes answer when the test says so, and whose backends have the sessions that it says. */
function supervise(supervised: Service) {
  const clock = new FakeClock()
  const published: Snapshot[] = []
  const sessions: Record<string, number> = {}
  const { monitor, subjects, asked } = recordingMonitor()
  const { observer, told } = recordingObserver()
  const supervisor = new Supervisor(supervised, {
    clock,
    wallTime: () => 1e12 + clock.now(),
    held: name => sessions[name] ?? 0,
    observer,
    publish: snapshot => {
      published.push(snapshot)
      return undefined
    },
    monitor,
  })
  supervisor.open()
  supervisor.start()
  /** What was told since the last time, a few words each. */
  const heard = (): string[] => told.splice(0).map(inWords)
  /** The names that are in the last snapshot, with a star where clients are sent. */
  const shown = (): string[] =>
    published.at(-1)?.backends.map(({ backend, eligible }) => backend.name + (eligible ? '*' : '')) ?? []
  return { clock, published, subjects, sessions, asked, told, heard, shown, supervisor }
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
  t.same(asked(), ['watch a'])
  supervisor.passive('a', { kind: 'pass' })
  t.same(asked(), [])
  supervisor.passive('a', { kind: 'fail', cause: 'dead', reason: 'refused' })
  t.same(asked(), ['expedite a'])
  t.end()
})

t.test('with passive off connections say nothing', t => {
  const { asked, supervisor, published } = supervise(
    service([backend('a')], { passive: false, probe: { fall: 1 } }),
  )
  supervisor.passive('a', { kind: 'fail', cause: 'dead', reason: 'refused' })
  t.same(asked(), ['watch a'])
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
  t.same(asked(), ['watch a', 'watch b', 'pause a'])
  supervisor.setAdmin('a', 'ready')
  supervisor.setAdmin('b', 'maintenance')
  supervisor.setAdmin('b', 'maintenance')
  t.same(asked(), ['resume a', 'pause b'])
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
  t.same(asked(), [])
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

t.test('what the configuration says anew is followed, and who did not change is probed on', t => {
  const { subjects, asked, shown, supervisor, heard } = supervise(service([backend('a'), backend('b')]))
  subjects[0]?.onResult(PASS)
  asked()
  heard()
  supervisor.reconfigure(service([backend('c'), backend('a', { weight: 3 })]))
  t.same(asked(), ['watch c', 'stop b'])
  t.same(shown(), ['c*', 'a*', 'b'])
  t.match(supervisor.status(), [
    { health: 'unknown' },
    { health: 'up', effectiveWeight: 3 },
    { isLeaving: true },
  ])
  t.same(heard(), [])
  t.end()
})

t.test('a change before the start is probed from the start on', t => {
  const { monitor, asked } = recordingMonitor()
  const tools = { clock: new FakeClock(), wallTime: () => 0, held: () => 0, publish: () => undefined }
  const { observer } = recordingObserver()
  const supervisor = new Supervisor(service([backend('a')]), { ...tools, monitor, observer })
  supervisor.change(service([backend('b', { state: 'maintenance' })]))
  t.same(asked(), [])
  supervisor.start()
  t.same(asked(), ['watch b', 'pause b'])
  t.end()
})

t.test('a backend that is removed is gone when its last session is over', t => {
  const { clock, sessions, shown, supervisor, heard, published } = supervise(
    service([backend('a'), backend('b')]),
  )
  sessions['b'] = 2
  supervisor.change(service([backend('a')]))
  clock.advance(1000)
  t.same(shown(), ['a*', 'b'])
  t.same(heard(), [])
  t.same(
    supervisor.service.backends.map(({ name }) => name),
    ['a'],
    'it is not configured any more',
  )
  sessions['b'] = 0
  clock.advance(200)
  t.same(shown(), ['a*'])
  t.same(heard(), ['removed b'])
  t.equal(supervisor.status().length, 1)
  const before = published.length
  clock.advance(5000)
  t.equal(published.length, before)
  t.equal(clock.timers, 0)
  t.end()
})

t.test('one that takes no clients already is gone as well when it is removed', t => {
  const { clock, shown, supervisor, heard } = supervise(
    service([backend('a'), backend('b', { state: 'maintenance' }), backend('c')]),
  )
  supervisor.setAdmin('c', 'drain')
  clock.advance(200)
  t.same(heard(), ['drained c'])
  supervisor.change(service([backend('a')]))
  clock.advance(200)
  t.same(heard(), ['removed b', 'removed c'])
  t.same(shown(), ['a*'])
  t.end()
})

t.test('one that is configured again before it is gone stays', t => {
  const { clock, asked, sessions, shown, subjects, supervisor, heard } = supervise(
    service([backend('a'), backend('b')]),
  )
  subjects[1]?.onResult(PASS)
  sessions['b'] = 1
  supervisor.change(service([backend('a')]))
  clock.advance(200)
  asked()
  heard()
  supervisor.change(service([backend('a'), backend('b')]))
  t.same(asked(), ['watch b'])
  sessions['b'] = 0
  clock.advance(1000)
  t.same(shown(), ['a*', 'b*'])
  t.equal(supervisor.status()[1]?.health, 'up')
  t.same(heard(), [])
  t.end()
})

t.test('a drain is over when the last session is', t => {
  const { clock, sessions, supervisor, heard, shown } = supervise(service([backend('a'), backend('b')]))
  sessions['a'] = 1
  supervisor.setAdmin('a', 'drain')
  clock.advance(1000)
  t.same(heard(), [])
  sessions['a'] = 0
  clock.advance(200)
  t.same(heard(), ['drained a'])
  t.same(shown(), ['a', 'b*'])
  sessions['a'] = 1
  supervisor.setAdmin('a', 'ready')
  supervisor.setAdmin('a', 'maintenance')
  supervisor.setAdmin('a', 'ready')
  sessions['a'] = 0
  clock.advance(1000)
  t.same(heard(), [], 'it has come back')
  supervisor.change(service([backend('a', { state: 'drain' }), backend('b')]))
  clock.advance(200)
  t.same(heard(), ['drained a'], 'by a change as well')
  supervisor.setAdmin('nobody', 'drain')
  clock.advance(200)
  t.same(heard(), [])
  t.end()
})

t.test('a service that is no longer configured leaves with its last session', t => {
  const { clock, asked, sessions, shown, supervisor, heard, told } = supervise(
    service([backend('a'), backend('b'), backend('c', { state: 'drain' })]),
  )
  asked()
  sessions['a'] = 1
  supervisor.leave(() => told.push(['gone']))
  t.same(asked(), ['stop a', 'stop b', 'stop c'])
  t.same(shown(), ['a', 'b', 'c'])
  t.same(supervisor.service.backends, [])
  clock.advance(1000)
  t.same(heard(), ['removed b', 'removed c'])
  t.equal(supervisor.failover, 'primary', 'which is no failover')
  supervisor.killSessions('a')
  sessions['a'] = 0
  clock.advance(200)
  t.same(heard(), ['removed a', 'gone'])
  t.same(shown(), [])
  clock.advance(1000)
  t.same(heard(), [], 'once')
  t.equal(clock.timers, 0)
  t.end()
})

t.test('a service that is configured again before that stays', t => {
  const { clock, sessions, shown, supervisor } = supervise(service([backend('a')]))
  sessions['a'] = 1
  supervisor.leave(() => t.fail('gone'))
  clock.advance(400)
  supervisor.reconfigure(service([backend('a'), backend('b')]))
  sessions['a'] = 0
  clock.advance(1000)
  t.same(shown(), ['a*', 'b*'])
  t.end()
})

t.test('an admin state ends when its time is over', t => {
  const { clock, asked, shown, supervisor, heard, published } = supervise(
    service([backend('a'), backend('b')]),
  )
  asked()
  supervisor.setAdmin('a', 'drain', { after: 5000, then: 'maintenance' })
  t.match(supervisor.status()[0], { deadline: { due: 5000, at: 1e12 + 5000, then: 'maintenance' } })
  clock.advance(4999)
  t.same(heard(), ['drained a'])
  t.same(asked(), [])
  clock.advance(1)
  t.same(heard(), ['deadline a, maintenance'])
  t.equal(published.at(-1)?.backends[0]?.admin, 'maintenance')
  t.same(asked(), ['pause a'], 'and is not probed then')
  supervisor.setAdmin('a', 'maintenance', { after: 300, then: 'ready' })
  supervisor.setAdmin('a', 'maintenance', { after: 100, then: 'ready' })
  clock.advance(100)
  t.same(shown(), ['a*', 'b*'], 'the last word counts, though the state is the same')
  t.same(asked(), ['resume a'])
  clock.advance(1000)
  t.equal(clock.timers, 0)
  t.end()
})

t.test('a drain whose time is over has its sessions killed, and is over with the last of them', t => {
  const { clock, sessions, published, supervisor, heard } = supervise(service([backend('a'), backend('b')]))
  sessions['a'] = 1
  supervisor.setAdmin('a', 'drain', { after: 1000, then: 'kill' })
  clock.advance(1000)
  t.same(heard(), ['deadline a, kill'])
  t.same(published.at(-1)?.backends[0]?.revocation, { count: 1, reason: 'killed' })
  sessions['a'] = 0
  clock.advance(200)
  t.same(heard(), ['drained a'])
  t.end()
})

t.test('what operators did is remembered by a change, and not by a new configuration', t => {
  const { clock, shown, supervisor } = supervise(service([backend('a'), backend('b'), backend('c')]))
  supervisor.setAdmin('a', 'drain', { after: 100, then: 'ready' })
  supervisor.setAdmin('b', 'drain', { after: 9000, then: 'ready' })
  supervisor.setWeight('c', 7)
  clock.advance(100)
  const { service: changed } = supervisor
  t.match(changed.backends, [{ state: 'ready' }, { state: 'drain' }, { weight: 7 }])
  supervisor.change({ ...changed, backends: [...changed.backends, backend('d')] })
  t.same(shown(), ['a*', 'b', 'c*', 'd*'])
  t.equal(supervisor.status()[1]?.deadline?.due, 9000)
  t.equal(supervisor.status()[2]?.effectiveWeight, 7)
  supervisor.reconfigure(service([backend('a'), backend('b', { state: 'drain' }), backend('c')]))
  t.same(shown(), ['a*', 'b', 'c*', 'd'])
  t.equal(supervisor.status()[1]?.deadline, undefined)
  t.equal(supervisor.status()[2]?.effectiveWeight, 1)
  clock.advance(20_000)
  t.same(shown(), ['a*', 'b', 'c*'])
  t.end()
})

t.test('a weight is published when it changes', t => {
  const { published, supervisor } = supervise(service([backend('a')]))
  supervisor.setWeight('a', 1)
  t.equal(published.length, 1)
  supervisor.setWeight('a', 5)
  t.equal(published.length, 2)
  t.equal(published.at(-1)?.backends[0]?.effectiveWeight, 5)
  t.end()
})

t.test('a reload that swaps two backends is no failover', t => {
  const [a, b, spare] = [backend('a'), backend('b'), backend('c', { backup: true })]
  const { heard, shown, supervisor } = supervise(service([a, backend('b', { state: 'drain' }), spare]))
  supervisor.reconfigure(service([backend('a', { state: 'drain' }), b, spare]))
  t.same(shown(), ['a', 'b*', 'c*'])
  t.same(heard(), [])
  t.end()
})

t.test('a backend that moves is probed anew, in maintenance not', t => {
  const { asked, supervisor, subjects, heard } = supervise(service([backend('a'), backend('b')]))
  const moved = { endpoint: { kind: 'unix', path: 'there' } } as const
  subjects[0]?.onResult(PASS)
  supervisor.setAdmin('b', 'maintenance')
  asked()
  heard()
  supervisor.change(service([backend('a', moved), backend('b', { ...moved, state: 'maintenance' })]))
  t.same(asked(), ['watch there', 'watch there', 'stop a', 'stop b', 'pause there'])
  t.same(heard(), ['a up -> unknown'])
  t.end()
})

t.test('intervals of a change are those of the next probe', t => {
  const { subjects, supervisor } = supervise(service([backend('a')], { probe: { interval: 3 } }))
  t.equal(subjects[0]?.interval(), 3)
  supervisor.change(service([backend('a')], { probe: { interval: 5 } }))
  t.equal(subjects.length, 1)
  t.equal(subjects[0]?.interval(), 5)
  supervisor.change(service([backend('b')], { probe: { interval: 7 } }))
  t.equal(subjects[1]?.interval(), 7)
  t.end()
})

t.test('after stop nobody is waited for', t => {
  const { clock, supervisor, asked, heard } = supervise(service([backend('a'), backend('b')]))
  supervisor.setAdmin('a', 'drain', { after: 500, then: 'ready' })
  supervisor.leave(() => t.fail('gone'))
  asked()
  supervisor.stop()
  t.equal(clock.timers, 0)
  clock.advance(5000)
  t.same(heard(), [])
  t.end()
})
