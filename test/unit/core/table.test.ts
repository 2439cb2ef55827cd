import t from 'tap'
import type { AdminState, Backend } from '../../../src/core/backend.js'
import type { Cause, Observation } from '../../../src/core/health.js'
import { BackendTable } from '../../../src/core/table.js'
import { recordingObserver, type Told } from '../../fixtures/recording-observer.js'
import { backend, service } from '../../fixtures/services.js'

const PASS: Observation = { kind: 'pass' }
const UNPROBED = { probe: { spec: { kind: 'none' }, downInterval: 500 } } as const

function fail(cause: Cause = 'dead', reason = 'refused'): Observation {
  return { kind: 'fail', cause, reason }
}

/** A table at time 0, what it tells, and shorthands for what happens to it. */
function open(
  backends: readonly Backend[],
  settings: Parameters<typeof service>[1] = {},
): {
  readonly table: BackendTable
  readonly told: Told[]
  /** A probe's result. */
  probe(name: string, seen: Observation, now?: number, durationMs?: number): boolean
  /** As many failed probes as take an `up` backend down. */
  down(name: string, now?: number, cause?: Cause): void
  eligible(now?: number): string[]
} {
  const { observer, told } = recordingObserver()
  const table = new BackendTable(service(backends, settings), observer, 0)
  const probe = (name: string, seen: Observation, now = 0, durationMs = 3): boolean => {
    const reason = seen.kind === 'fail' ? seen.reason : 'answered'
    return table.recordProbe(
      name,
      seen,
      { at: 1e12 + now, ok: seen.kind === 'pass', durationMs, reason },
      now,
    )
  }
  return {
    table,
    told,
    probe,
    down(name, now = 0, cause = 'dead') {
      for (let streak = 0; streak < 3; streak++) probe(name, fail(cause), now)
    },
    eligible: (now = 0) =>
      table
        .snapshot(now)
        .backends.filter(entry => entry.eligible)
        .map(entry => entry.backend.name),
  }
}

const [a, b] = [backend('a'), backend('b')]
const spare = backend('spare', { backup: true })

t.test('begins with everyone unknown, eligible and at full weight', t => {
  const given = [backend('a', { weight: 7 }), spare]
  const { table, told } = open(given, { slowStart: 1000 })
  t.equal(table.failover, 'primary')
  t.same(table.snapshot(0), {
    failover: 'primary',
    backends: given.map(backend => ({
      backend,
      admin: 'ready',
      healthy: true,
      eligible: true,
      effectiveWeight: backend.weight,
      probeTime: undefined,
      revocation: undefined,
    })),
  })
  t.same(table.health('a'), { kind: 'unknown', failures: 0 })
  t.equal(table.deadline(0), undefined)
  t.same(told, [])
  t.end()
})

t.test('begins in the admin state it is given', t => {
  const drained = backend('a', { state: 'drain' })
  const { table, told, eligible } = open([drained, backend('b', { state: 'maintenance' }), spare])
  t.same(eligible(), ['spare'])
  t.same(told, [['failover', { service: 'db', from: 'primary', to: 'backup' }]])
  t.same(
    table.status(0).map(({ admin }) => admin),
    ['drain', 'maintenance', 'ready'],
  )
  t.equal(open([drained]).table.failover, 'none')
  t.end()
})

t.test('does not know other names', t => {
  const { table, told, probe } = open([a])
  t.equal(probe('x', fail()), false)
  t.equal(table.recordPassive('x', fail(), 0), false)
  t.equal(table.setAdmin('x', 'drain', 0), false)
  t.equal(table.killSessions('x'), false)
  t.equal(table.health('x'), undefined)
  t.same(told, [])
  t.end()
})

t.test('the first probe decides, and each transition is told once', t => {
  const { told, probe, eligible } = open([a, b])
  t.equal(probe('a', PASS), true)
  t.equal(probe('a', PASS), false)
  t.equal(probe('b', fail('dead', 'timed out')), true)
  t.equal(probe('b', fail('dead', 'timed out')), false)
  t.same(eligible(), ['a'])
  const both = { service: 'db', from: 'unknown', streak: 1, durationMs: 3 }
  t.same(told, [
    ['backendState', { ...both, backend: 'a', to: 'up', cause: undefined, reason: 'answered' }],
    ['backendState', { ...both, backend: 'b', to: 'down', cause: 'dead', reason: 'timed out' }],
  ])
  t.end()
})

t.test('falls and rises after as many results as configured', t => {
  const { told, probe } = open([a], { probe: { rise: 2, fall: 3 } })
  probe('a', PASS)
  told.length = 0
  const changes = [
    fail(),
    fail(),
    PASS,
    fail(),
    fail(),
    fail('demoted', 'is a replica'),
    PASS,
    fail(),
    PASS,
    PASS,
  ].map(seen => probe('a', seen))
  t.same(changes, [false, false, false, false, false, true, false, false, false, true])
  const common = { service: 'db', backend: 'a', durationMs: 3 }
  const [down, none, rise, primary] = told
  t.same(down, [
    'backendState',
    { ...common, from: 'up', to: 'down', cause: 'demoted', reason: 'is a replica', streak: 3 },
  ])
  t.same(none, ['failover', { service: 'db', from: 'primary', to: 'none' }])
  t.same(rise, [
    'backendState',
    { ...common, from: 'down', to: 'up', cause: undefined, reason: 'answered', streak: 2 },
  ])
  t.same(primary, ['failover', { service: 'db', from: 'none', to: 'primary' }])
  t.equal(told.length, 4)
  t.end()
})

t.test('a cause that drifts is told, though the backend stays down', t => {
  const { table, told, probe } = open([a])
  probe('a', fail('lagging', '9 s behind'))
  told.length = 0
  t.same(
    [fail(), fail(), fail()].map(seen => probe('a', seen)),
    [false, false, true],
  )
  const drift = { from: 'down', to: 'down', cause: 'dead', reason: 'refused', streak: 3 }
  t.match(told, [['backendState', drift]])
  t.equal(told.length, 1)
  t.equal(table.status(0)[0]?.cause, 'dead')
  t.end()
})

t.test('tells people where each backend stands', t => {
  const { table, probe } = open([a, b])
  probe('b', fail('lagging', '9 s behind'), 40, 12)
  t.same(table.status(40), [
    {
      backend: a,
      admin: 'ready',
      isLeaving: false,
      deadline: undefined,
      health: 'unknown',
      cause: undefined,
      reason: undefined,
      effectiveWeight: 1,
      lastProbe: undefined,
    },
    {
      backend: b,
      admin: 'ready',
      isLeaving: false,
      deadline: undefined,
      health: 'down',
      cause: 'lagging',
      reason: '9 s behind',
      effectiveWeight: 1,
      lastProbe: { at: 1e12 + 40, ok: false, durationMs: 12, reason: '9 s behind' },
    },
  ])
  t.end()
})

t.test('probe times are smoothed and published where the algorithm looks at them', t => {
  const { table, probe } = open([a], { balance: 'least-latency' })
  t.equal(probe('a', PASS, 0, 100), true)
  t.equal(probe('a', PASS, 0, 200), true)
  t.same(table.snapshot(0).backends[0]?.probeTime, { average: 130, count: 2 })
  t.equal(probe('a', fail(), 0, 1000), false)
  t.equal(table.snapshot(0).backends[0]?.probeTime?.count, 2, 'a failure has no time to speak of')
  const other = open([a], { balance: 'round-robin' })
  other.probe('a', PASS, 0, 100)
  t.equal(other.probe('a', PASS, 0, 200), false)
  t.equal(other.table.snapshot(0).backends[0]?.probeTime, undefined)
  t.end()
})

t.test('passive failures count towards fall, beside the probes', t => {
  const { table, told, probe } = open([a])
  probe('a', PASS)
  told.length = 0
  t.equal(table.recordPassive('a', fail('dead', 'connect refused'), 5), false)
  t.equal(probe('a', fail(), 6), false)
  t.equal(table.recordPassive('a', fail('dead', 'connect refused'), 7), true)
  const expected = { to: 'down', cause: 'dead', reason: 'connect refused', streak: 3, durationMs: undefined }
  t.match(told[0], ['backendState', expected])
  t.end()
})

t.test('a connection that succeeds does not overrule a probe that fails', t => {
  const { table, probe } = open([a])
  probe('a', PASS)
  for (const now of [1, 2, 3]) {
    t.equal(table.health('a')?.kind, 'up')
    probe('a', fail('demoted', 'is a replica'), now)
    t.equal(table.recordPassive('a', PASS, now), false)
  }
  t.equal(table.health('a')?.kind, 'down')
  for (const now of [4, 5, 6]) table.recordPassive('a', PASS, now)
  t.match(table.health('a'), { kind: 'down', passes: 0 })
  t.end()
})

t.test('with passive off, connections say nothing', t => {
  for (const settings of [{ passive: false }, { passive: false, ...UNPROBED }]) {
    const { table } = open([a], settings)
    for (let round = 0; round < 5; round++) t.equal(table.recordPassive('a', fail(), 0), false)
    t.same(table.health('a'), { kind: 'unknown', failures: 0 })
  }
  t.end()
})

t.test('without a probe, connections alone decide, and what they took down is tried again', t => {
  const { table, told, eligible } = open([a, b], UNPROBED)
  for (const seen of [fail(), fail(), PASS, fail(), fail()])
    t.equal(table.recordPassive('a', seen, 90), false)
  t.equal(table.recordPassive('a', fail(), 100), true)
  t.same(eligible(), ['b'])
  t.equal(table.deadline(100), 600)
  t.equal(table.advance(599), false)
  t.same(eligible(), ['b'])
  told.length = 0
  t.equal(table.advance(600), true)
  t.same(table.health('a'), { kind: 'unknown', failures: 0 })
  t.same(eligible(), ['a', 'b'])
  const again = {
    backend: 'a',
    from: 'down',
    to: 'unknown',
    cause: undefined,
    reason: 'tried again',
    streak: 0,
  }
  t.match(told, [['backendState', again]])
  t.equal(table.deadline(600), undefined)
  t.equal(table.advance(5000), false)
  t.end()
})

t.test('without a probe, connections that still succeed bring it up before that', t => {
  const { table, told } = open([a], UNPROBED)
  for (let streak = 0; streak < 3; streak++) table.recordPassive('a', fail(), 0)
  told.length = 0
  t.equal(table.recordPassive('a', PASS, 10), false)
  t.equal(table.recordPassive('a', PASS, 11), true)
  t.match(told[0], ['backendState', { to: 'up', reason: 'connected', streak: 2, durationMs: undefined }])
  t.equal(table.deadline(11), undefined, 'nothing is left to expire')
  t.end()
})

t.test('with a probe, what passive failures took down waits for the probe', t => {
  const { table } = open([a], { probe: { downInterval: 500 } })
  for (let streak = 0; streak < 3; streak++) table.recordPassive('a', fail(), 0)
  t.equal(table.deadline(0), undefined)
  t.equal(table.advance(1e9), false)
  t.equal(table.health('a')?.kind, 'down')
  t.end()
})

t.test('what the operator wants stands, whatever probes say', t => {
  const states: readonly AdminState[] = ['drain', 'maintenance']
  for (const state of states) {
    const { table, probe, eligible } = open([a, b])
    t.equal(table.setAdmin('a', state, 0), true)
    t.equal(table.setAdmin('a', state, 0), false, 'nothing new')
    t.same(eligible(), ['b'])
    probe('a', PASS)
    probe('a', PASS)
    t.same(eligible(), ['b'])
    t.match(table.snapshot(0).backends[0], { admin: state, healthy: true, eligible: false })
    t.equal(table.setAdmin('a', 'ready', 0), true)
    t.same(eligible(), ['a', 'b'])
  }
  t.end()
})

t.test('a backend that is ready but down stays out', t => {
  const { table, down, eligible } = open([a, b])
  down('a')
  table.setAdmin('a', 'drain', 0)
  table.setAdmin('a', 'ready', 0)
  t.same(eligible(), ['b'])
  t.match(table.snapshot(0).backends[0], { healthy: false, eligible: false })
  t.end()
})

t.test('sessions are revoked for the causes in closeOn, and for those only', t => {
  const causes: readonly Cause[] = ['dead', 'demoted', 'lagging']
  for (const cause of causes) {
    const closing = open([a, b], { closeOn: new Set([cause]) })
    for (const other of causes) {
      const { table, down } = other === cause ? closing : open([a, b], { closeOn: new Set([cause]) })
      down('a', 0, other)
      const revocation = other === cause ? { count: 1, reason: 'backend-down' } : undefined
      t.same(
        table.snapshot(0).backends.map(entry => entry.revocation),
        [revocation, undefined],
        `${other} of ${cause}`,
      )
    }
    closing.probe('a', PASS)
    closing.probe('a', PASS)
    closing.down('a', 0, cause)
    t.equal(closing.table.snapshot(0).backends[0]?.revocation?.count, 2, 'again with the next fall')
  }
  t.end()
})

t.test('a cause that drifts into closeOn revokes', t => {
  const { table, down } = open([a], { closeOn: new Set(['dead'] as const) })
  down('a', 0, 'lagging')
  t.equal(table.snapshot(0).backends[0]?.revocation, undefined)
  down('a', 0, 'dead')
  t.same(table.snapshot(0).backends[0]?.revocation, { count: 1, reason: 'backend-down' })
  t.end()
})

t.test('a drain revokes when closeOn says so, once on the way out', t => {
  const { table } = open([a], { closeOn: new Set(['drain'] as const) })
  const revocation = (): unknown => table.snapshot(0).backends[0]?.revocation
  table.setAdmin('a', 'drain', 0)
  t.same(revocation(), { count: 1, reason: 'backend-drained' })
  table.setAdmin('a', 'maintenance', 0)
  table.setAdmin('a', 'ready', 0)
  t.same(revocation(), { count: 1, reason: 'backend-drained' })
  table.setAdmin('a', 'maintenance', 0)
  t.same(revocation(), { count: 2, reason: 'backend-drained' })
  const gentle = open([a]).table
  gentle.setAdmin('a', 'drain', 0)
  t.equal(gentle.snapshot(0).backends[0]?.revocation, undefined)
  t.end()
})

t.test('sessions can be killed at any time', t => {
  const { table } = open([a, b])
  t.equal(table.killSessions('a'), true)
  t.equal(table.killSessions('a'), true)
  t.same(
    table.snapshot(0).backends.map(entry => entry.revocation),
    [{ count: 2, reason: 'killed' }, undefined],
  )
  t.same(
    table.snapshot(0).backends.map(entry => entry.eligible),
    [true, true],
  )
  t.end()
})

t.test('fails over to backups and back', t => {
  const { table, told, probe, down } = open([a, b, spare])
  down('a')
  t.equal(table.failover, 'primary', 'one primary is enough')
  table.setAdmin('b', 'drain', 0)
  t.equal(table.failover, 'backup')
  down('spare')
  t.equal(table.failover, 'none')
  probe('a', PASS)
  probe('a', PASS)
  t.equal(table.failover, 'primary')
  const steps = told.filter(([name]) => name === 'failover').map(([, fact]) => fact)
  t.same(steps, [
    { service: 'db', from: 'primary', to: 'backup' },
    { service: 'db', from: 'backup', to: 'none' },
    { service: 'db', from: 'none', to: 'primary' },
  ])
  t.end()
})

t.test('traffic returns when the failback delay has passed', t => {
  const { table, told, probe, down } = open([a, spare], { failbackDelay: 300 })
  down('a', 0)
  t.equal(table.failover, 'backup')
  probe('a', PASS, 1000)
  probe('a', PASS, 1000)
  t.equal(table.failover, 'returning')
  t.equal(table.snapshot(1000).failover, 'returning')
  t.equal(table.deadline(1000), 1300)
  t.equal(table.advance(1299), false)
  t.equal(table.advance(1300), true)
  t.equal(table.failover, 'primary')
  t.equal(table.deadline(1300), undefined)
  t.same(told.at(-1), ['failover', { service: 'db', from: 'returning', to: 'primary' }])
  t.end()
})

t.test('a backend that comes back has its weight ramped up', t => {
  const { table, probe, down } = open([backend('a', { weight: 10 })], { slowStart: 1000 })
  const weight = (now: number): number | undefined => table.snapshot(now).backends[0]?.effectiveWeight
  probe('a', PASS)
  t.equal(weight(0), 10, 'never at the start of the process')
  down('a')
  probe('a', PASS, 5000)
  probe('a', PASS, 5000)
  t.equal(weight(5000), 1)
  t.equal(table.status(5000)[0]?.effectiveWeight, 1)
  t.equal(weight(5500), 5.5)
  t.equal(table.deadline(5000), 5050)
  t.equal(table.advance(5050), true)
  t.equal(table.advance(6000), true, 'the last step')
  t.equal(weight(6000), 10)
  t.equal(table.deadline(6000), undefined)
  t.equal(table.advance(6050), false)
  t.end()
})

t.test('a backend that an operator brings back is ramped up too, unless it is down', t => {
  const { table, down, probe } = open([a, b], { slowStart: 1000 })
  table.setAdmin('a', 'drain', 0)
  table.setAdmin('a', 'ready', 2000)
  t.equal(table.snapshot(2000).backends[0]?.effectiveWeight, 0.1)
  down('b', 0)
  table.setAdmin('b', 'drain', 0)
  probe('b', PASS, 3000)
  probe('b', PASS, 3000)
  t.equal(table.snapshot(3000).backends[1]?.effectiveWeight, 1, 'healthy again, but not in service')
  table.setAdmin('b', 'ready', 4000)
  t.equal(table.snapshot(4000).backends[1]?.effectiveWeight, 0.1)
  t.end()
})

t.test('what was tried again after passive failures is ramped up', t => {
  const { table } = open([a], { ...UNPROBED, slowStart: 1000 })
  for (let streak = 0; streak < 3; streak++) table.recordPassive('a', fail(), 0)
  t.equal(table.advance(500), true)
  t.equal(table.snapshot(500).backends[0]?.effectiveWeight, 0.1)
  t.equal(table.deadline(500), 550)
  t.end()
})

t.test('the deadline is the earliest of all', t => {
  const { table, probe, down } = open([a, b, spare], { failbackDelay: 30, slowStart: 1000 })
  for (const name of ['a', 'b']) down(name)
  probe('a', PASS, 100)
  probe('a', PASS, 100)
  t.equal(table.deadline(100), 130, 'failback')
  table.advance(130)
  t.equal(table.deadline(130), 150, 'ramp')
  t.end()
})

/** Another port, so another address. */
const elsewhere = { endpoint: { kind: 'inet', family: 4, host: '127.0.0.1', port: 10 } } as const

t.test('a change that changes nothing is told nobody, and all that is known stays', t => {
  const settings = { slowStart: 1000, balance: 'least-latency', failbackDelay: 500 } as const
  const backends = [a, b, backend('spare', { backup: true, state: 'drain' })]
  const { table, told, probe, down } = open(backends, settings)
  probe('a', PASS, 10, 7)
  down('b', 20)
  probe('b', PASS, 30)
  probe('b', PASS, 30)
  table.setAdmin('spare', 'drain', 40, { due: 70, at: 1e12, then: 'ready' })
  table.killSessions('a')
  told.length = 0
  const all = (): unknown => [table.failover, table.snapshot(50), table.status(50), table.deadline(50)]
  const before = all()
  table.reconfigure(service([...backends], settings), 50)
  t.strictSame(all(), before)
  t.equal(table.deadline(50), 70)
  t.same(told, [])
  t.end()
})

t.test('backends stand in the order of the change, those that leave come last', t => {
  const { table, eligible } = open([a, b, spare])
  table.reconfigure(service([backend('new'), b]), 0)
  const names = (): string[] => table.status(0).map(({ backend }) => backend.name)
  t.same(names(), ['new', 'b', 'a', 'spare'])
  t.same(
    table.snapshot(0).backends.map(({ backend }) => backend.name),
    names(),
  )
  t.same(
    table.status(0).map(({ isLeaving, admin }) => [isLeaving, admin]),
    [
      [false, 'ready'],
      [false, 'ready'],
      [true, 'drain'],
      [true, 'drain'],
    ],
  )
  t.same(eligible(), ['new', 'b'])
  table.reconfigure(service([spare, b]), 0)
  t.same(names(), ['spare', 'b', 'new', 'a'])
  t.end()
})

t.test('takes over what the change says of a backend', t => {
  const { table, told, eligible } = open([a, b])
  const heavy = backend('a', { weight: 9, maxConnections: 4 })
  table.reconfigure(service([heavy, backend('b', { state: 'maintenance' })]), 0)
  t.match(table.snapshot(0).backends, [
    { backend: heavy, effectiveWeight: 9, eligible: true },
    { admin: 'maintenance', eligible: false },
  ])
  t.same(told, [])
  table.reconfigure(service([backend('a', { backup: true }), b]), 0)
  t.same(eligible(), ['a', 'b'])
  table.setAdmin('b', 'drain', 0)
  t.equal(table.failover, 'backup', 'another tier')
  t.end()
})

t.test('follows the settings of the change', t => {
  const { table, probe, down } = open([a, spare], { failbackDelay: 500, slowStart: 1000 })
  probe('a', PASS)
  const changed = { failbackDelay: 0, probe: { rise: 1, fall: 1 }, closeOn: new Set(['dead'] as const) }
  table.reconfigure(service([a, spare], changed), 0)
  t.equal(probe('a', fail()), true, 'one failure is enough')
  t.match(table.snapshot(0), { failover: 'backup', backends: [{ revocation: { count: 1 } }] })
  t.equal(probe('a', PASS), true)
  t.equal(table.failover, 'primary')
  t.equal(table.deadline(0), undefined, 'no slow start')
  table.reconfigure(service([a, spare]), 0)
  down('a')
  t.equal(table.snapshot(0).backends[0]?.revocation?.count, 1)
  t.end()
})

t.test('without a slow start any more, all have their full weight', t => {
  const { table, down, probe } = open([a], { slowStart: 1000 })
  down('a')
  probe('a', PASS)
  probe('a', PASS)
  t.equal(table.snapshot(0).backends[0]?.effectiveWeight, 0.1)
  table.reconfigure(service([a]), 10)
  t.equal(table.snapshot(10).backends[0]?.effectiveWeight, 1)
  t.equal(table.deadline(10), undefined)
  t.end()
})

t.test('a backend that is added starts slowly, unless it takes no clients', t => {
  const settings = { slowStart: 1000 }
  const { table } = open([a], settings)
  const added = [backend('b', { weight: 10 }), backend('c', { state: 'drain' })]
  table.reconfigure(service([a, ...added], settings), 100)
  const weights = (now: number): unknown => table.snapshot(now).backends.map(entry => entry.effectiveWeight)
  t.same(weights(100), [1, 1, 1])
  t.same(weights(600), [1, 5.5, 1])
  t.equal(table.deadline(100), 150)
  t.equal(table.advance(1100), true)
  t.same(weights(1100), [1, 10, 1])
  table.setAdmin('c', 'ready', 2000)
  t.same(weights(2000), [1, 10, 0.1])
  t.end()
})

t.test('a backend at another address is unknown again, and its times are gone', t => {
  const settings = { balance: 'least-latency' } as const
  const { table, told, probe } = open([a, b], settings)
  probe('a', PASS)
  probe('b', PASS)
  told.length = 0
  const moved = backend('a', elsewhere)
  table.reconfigure(service([moved, b], settings), 5)
  t.same(told, [
    [
      'backendState',
      {
        service: 'db',
        backend: 'a',
        from: 'up',
        to: 'unknown',
        cause: undefined,
        reason: 'it has another address',
        streak: 0,
        durationMs: undefined,
      },
    ],
  ])
  t.match(table.status(5)[0], { backend: moved, health: 'unknown', lastProbe: undefined })
  t.equal(table.snapshot(5).backends[0]?.probeTime, undefined)
  t.equal(table.snapshot(5).backends[1]?.probeTime?.count, 1, 'the other one is where it was')
  t.end()
})

t.test('failures at the address before do not count at the next one', t => {
  const { table, told } = open([a, b], UNPROBED)
  for (const now of [1, 2]) table.recordPassive('a', fail(), now)
  table.reconfigure(service([backend('a', elsewhere), b], UNPROBED), 5)
  t.same(table.health('a'), { kind: 'unknown', failures: 0 })
  t.same(told, [], 'it was unknown before')
  t.end()
})

t.test('a backend that was down is tried at its new address, slowly', t => {
  const settings = { slowStart: 1000 }
  const { table, told, down } = open([a], settings)
  down('a')
  told.length = 0
  table.reconfigure(service([backend('a', elsewhere)], settings), 10)
  t.match(table.snapshot(10), { failover: 'primary', backends: [{ eligible: true, effectiveWeight: 0.1 }] })
  t.match(told, [
    ['backendState', { from: 'down', to: 'unknown' }],
    ['failover', { from: 'none', to: 'primary' }],
  ])
  t.end()
})

t.test('a backend that is removed is changed by nobody, and has its sessions until they end', t => {
  const { table, told, probe } = open([a, b], { slowStart: 1000 })
  table.setAdmin('b', 'maintenance', 0, { due: 100, at: 1e12, then: 'ready' })
  table.reconfigure(service([a], { slowStart: 1000 }), 0)
  told.length = 0
  t.equal(table.setAdmin('b', 'ready', 1), false)
  t.equal(table.setWeight('b', 7), false)
  for (let count = 0; count < 3; count++) t.equal(probe('b', fail(), 2), false)
  t.equal(table.recordPassive('b', fail(), 3), false)
  t.equal(table.advance(5000), false)
  t.equal(table.deadline(0), undefined)
  t.match(table.snapshot(5000).backends[1], {
    admin: 'drain',
    healthy: true,
    eligible: false,
    effectiveWeight: 1,
    revocation: undefined,
  })
  t.match(table.status(5000)[1], { isLeaving: true, deadline: undefined, health: 'unknown' })
  t.same(told, [])
  t.equal(table.killSessions('b'), true, 'but an operator can end them')
  t.same(table.snapshot(5000).backends[1]?.revocation, { count: 1, reason: 'killed' })
  t.end()
})

t.test('the sessions of a removed backend end at once when closeOn says so, once', t => {
  const closing = { closeOn: new Set(['drain'] as const) }
  const { table } = open([a, b, backend('c', { state: 'drain' })], closing)
  const revocations = (): unknown => table.snapshot(0).backends.map(({ revocation }) => revocation)
  table.reconfigure(service([a], closing), 0)
  t.same(revocations(), [undefined, { count: 1, reason: 'backend-drained' }, undefined])
  table.reconfigure(service([a], closing), 0)
  t.same(revocations(), [undefined, { count: 1, reason: 'backend-drained' }, undefined])
  table.reconfigure(service([a, b], closing), 0)
  table.reconfigure(service([a], closing), 0)
  t.same(revocations(), [undefined, { count: 2, reason: 'backend-drained' }, undefined], 'and the next time')
  table.reconfigure(service([b]), 0)
  t.equal(table.snapshot(0).backends[1]?.revocation, undefined, 'nor where the change itself says otherwise')
  t.end()
})

t.test('only backends that leave can be forgotten', t => {
  const { table } = open([a, b, spare])
  t.same(table.forget(['a', 'x']), [])
  table.reconfigure(service([a]), 0)
  t.same(table.forget(['a', 'b', 'x', 'spare']), ['b', 'spare'])
  t.same(
    table.status(0).map(({ backend }) => backend.name),
    ['a'],
  )
  t.equal(table.health('b'), undefined)
  t.same(table.forget(['b']), [])
  t.end()
})

t.test('knows who is in which admin state', t => {
  const { table } = open([a, b, spare])
  table.setAdmin('b', 'drain', 0)
  table.setAdmin('spare', 'maintenance', 0)
  t.same([...table.inStates(['ready'])], ['a'])
  t.same([...table.inStates(['drain', 'maintenance'])], ['b', 'spare'])
  t.end()
})

t.test('a backend that was leaving and is configured again serves with what is known of it', t => {
  const settings = { slowStart: 1000 }
  const { table, told, probe, eligible } = open([a, b], settings)
  probe('a', PASS)
  table.reconfigure(service([b], settings), 0)
  told.length = 0
  table.reconfigure(service([b, a], settings), 10)
  t.same(eligible(10), ['b', 'a'])
  t.match(table.status(10)[1], { isLeaving: false, admin: 'ready', health: 'up' })
  t.equal(table.status(10)[1]?.effectiveWeight, 0.1, 'slowly')
  t.same(told, [])
  t.same(table.forget(['a']), [])
  t.equal(table.setAdmin('a', 'drain', 20), true, 'and is changed as any other')
  table.reconfigure(service([b], settings), 20)
  table.reconfigure(service([b, backend('a', { state: 'drain' })], settings), 30)
  t.match(table.status(30)[1], { isLeaving: false, admin: 'drain' })
  t.end()
})

t.test('one that comes back while its clients had taken it down is tried again', t => {
  const { table, eligible } = open([a, b], UNPROBED)
  for (let streak = 0; streak < 3; streak++) table.recordPassive('a', fail(), 100)
  table.reconfigure(service([b], UNPROBED), 150)
  t.equal(table.deadline(150), undefined, 'nothing is tried while it leaves')
  t.equal(table.advance(5000), false)
  table.reconfigure(service([b, a], UNPROBED), 5000)
  const due = table.deadline(5000)
  t.type(due, 'number')
  t.equal(table.advance(due ?? NaN), true)
  t.same(eligible(due), ['b', 'a'])
  t.end()
})

t.test('a change that swaps states does not fail over in between', t => {
  for (const [first, second] of [
    ['ready', 'drain'],
    ['drain', 'ready'],
  ] as const) {
    const { table, told } = open([backend('a', { state: first }), backend('b', { state: second }), spare])
    table.reconfigure(service([backend('a', { state: second }), backend('b', { state: first }), spare]), 0)
    t.equal(table.failover, 'primary')
    t.same(told, [])
  }
  t.end()
})

t.test('a change that replaces all backends does not fail over either', t => {
  const { table, told } = open([a, spare])
  table.reconfigure(service([b, spare]), 0)
  t.equal(table.failover, 'primary')
  table.reconfigure(service([backend('b', { state: 'drain' }), spare]), 0)
  t.same(told, [['failover', { service: 'db', from: 'primary', to: 'backup' }]])
  t.end()
})

t.test('a service that leaves does not fail over, and does when it comes back', t => {
  const { table, told, probe } = open([a, spare], { failbackDelay: 300 })
  probe('a', fail())
  probe('a', PASS)
  probe('a', PASS)
  t.equal(table.failover, 'returning')
  told.length = 0
  const leaving = service([], { failbackDelay: 300 })
  table.reconfigure(leaving, 100)
  t.equal(table.deadline(100), undefined, 'there is nothing to return to')
  t.equal(table.advance(5000), false)
  table.recordPassive('a', fail(), 5000)
  t.same(told, [])
  t.equal(table.snapshot(5000).backends.length, 2)
  table.reconfigure(service([backend('a', { state: 'drain' })]), 6000)
  t.same(told, [['failover', { service: 'db', from: 'returning', to: 'none' }]])
  t.end()
})

t.test('an admin state ends as it was said', t => {
  for (const then of ['ready', 'maintenance', 'kill'] as const) {
    const { table, told, eligible } = open([a, b], { slowStart: 1000 })
    t.equal(table.setAdmin('a', 'drain', 100, { due: 700, at: 1e12, then }), true)
    t.same(table.status(100)[0]?.deadline, { due: 700, at: 1e12, then })
    t.equal(table.deadline(100), 700)
    t.equal(table.advance(699), false)
    t.same(told, [])
    t.equal(table.advance(700), true)
    t.same(told, [['admin', { action: 'deadline', service: 'db', backend: 'a', state: 'drain', then }]])
    const [entry] = table.snapshot(700).backends
    t.equal(entry?.admin, then === 'kill' ? 'drain' : then)
    t.same(entry?.revocation, then === 'kill' ? { count: 1, reason: 'killed' } : undefined)
    t.equal(entry?.effectiveWeight, then === 'ready' ? 0.1 : 1, 'back slowly')
    t.same(eligible(), then === 'ready' ? ['a', 'b'] : ['b'])
    t.equal(table.status(700)[0]?.deadline, undefined)
    if (then !== 'ready') t.equal(table.advance(9000), false, 'once')
  }
  t.end()
})

t.test('the end of a drain can be a failover, with the drain told first', t => {
  const { table, told } = open([a, spare])
  table.setAdmin('a', 'drain', 0, { due: 50, at: 1e12, then: 'ready' })
  told.length = 0
  table.advance(50)
  t.match(told, [
    ['admin', { action: 'deadline' }],
    ['failover', { from: 'backup', to: 'primary' }],
  ])
  t.end()
})

t.test('the last word of an operator sets the end', t => {
  const { table } = open([a, b])
  const end = (due: number) => ({ due, at: 1e12, then: 'ready' }) as const
  table.setAdmin('a', 'drain', 0, end(100))
  t.equal(table.setAdmin('a', 'drain', 0, end(50)), false, 'the snapshot is the same')
  t.equal(table.deadline(0), 50)
  table.setAdmin('b', 'maintenance', 0, end(70))
  t.equal(table.setAdmin('a', 'drain', 0), false)
  t.equal(table.deadline(0), 70, 'without an end it stays')
  table.setAdmin('b', 'ready', 0)
  t.equal(table.deadline(0), undefined)
  t.equal(table.advance(1000), false)
  table.setAdmin('a', 'drain', 0, end(100))
  table.setAdmin('b', 'drain', 0, end(200))
  table.clearDeadlines()
  t.same(
    table.status(0).map(({ admin, deadline }) => [admin, deadline]),
    [
      ['drain', undefined],
      ['drain', undefined],
    ],
  )
  t.equal(table.advance(1000), false)
  t.end()
})

t.test('a change keeps the end of a state that it keeps, and of no other', t => {
  const { table } = open([a, b])
  const end = { due: 100, at: 1e12, then: 'ready' } as const
  table.setAdmin('a', 'drain', 0, end)
  table.setAdmin('b', 'drain', 0, end)
  table.reconfigure(service([backend('a', { state: 'drain' }), backend('b', { state: 'maintenance' })]), 10)
  t.same(
    table.status(10).map(({ admin, deadline }) => [admin, deadline]),
    [
      ['drain', end],
      ['maintenance', undefined],
    ],
  )
  t.end()
})

t.test('a weight changes with the next snapshot, also during a slow start', t => {
  const settings = { slowStart: 1000 }
  const { table, told } = open([a, b], settings)
  const weights = (now: number): unknown =>
    table.snapshot(now).backends.map(({ backend, effectiveWeight }) => [backend.weight, effectiveWeight])
  t.equal(table.setWeight('a', 4), true)
  t.equal(table.setWeight('a', 4), false)
  t.equal(table.setWeight('x', 4), false)
  t.same(weights(0), [
    [4, 4],
    [1, 1],
  ])
  table.setAdmin('b', 'drain', 0)
  table.setAdmin('b', 'ready', 0)
  table.setWeight('b', 10)
  t.same(weights(500), [
    [4, 4],
    [10, 5.5],
  ])
  t.same(told, [])
  table.reconfigure(service([a, b], settings), 500)
  t.same(weights(1000), [
    [1, 1],
    [1, 1],
  ])
  t.end()
})
