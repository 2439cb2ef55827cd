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
