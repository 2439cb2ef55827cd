import t from 'tap'
import { LocalCount, SharedCounts } from '../../../src/core/count.js'
import { LiveBackend, type Lease } from '../../../src/core/lease.js'
import type { BackendSnapshot, RevokeReason } from '../../../src/core/snapshot.js'
import { FakeClock } from '../../fixtures/fake-clock.js'
import { backend } from '../../fixtures/services.js'

function entry(changes: Partial<BackendSnapshot> = {}): BackendSnapshot {
  return {
    backend: backend('a'),
    admin: 'ready',
    healthy: true,
    eligible: true,
    effectiveWeight: 1,
    probeTime: undefined,
    revocation: undefined,
    ...changes,
  }
}

function revoked(count: number, reason: RevokeReason = 'killed'): BackendSnapshot {
  return entry({ revocation: { count, reason } })
}

function leased(live: LiveBackend): Lease {
  const lease = live.lease()
  if (lease === undefined) throw new Error('no lease')
  return lease
}

t.test('is what was configured, and takes no clients before a snapshot says so', t => {
  const live = new LiveBackend(backend('a', { weight: 5 }), new FakeClock())
  t.match(live, { name: 'a', weight: 5, effectiveWeight: 5, active: 0, eligible: false })
  t.match(live, { connectTime: undefined, probeTime: undefined })
  t.end()
})

t.test('takes over what a snapshot says', t => {
  const live = new LiveBackend(backend('a', { weight: 5 }), new FakeClock())
  live.update(entry({ healthy: false, eligible: true, effectiveWeight: 0.5 }))
  t.match(live, { healthy: false, eligible: true, effectiveWeight: 0.5 })
  live.update(entry({ healthy: true, eligible: false, effectiveWeight: 2 }))
  t.match(live, { healthy: true, eligible: false, effectiveWeight: 2 })
  t.end()
})

t.test('takes over a new configuration, sessions kept', t => {
  const live = new LiveBackend(backend('a'), new FakeClock())
  leased(live)
  const changed = backend('a', { weight: 9, maxConnections: 1 })
  live.update(entry({ backend: changed }))
  t.equal(live.backend, changed)
  t.match(live, { name: 'a', weight: 9, active: 1, hasRoom: false })
  t.end()
})

t.test('a lease counts from the moment it exists until its first release', t => {
  const live = new LiveBackend(backend('a'), new FakeClock())
  const [one, two] = [leased(live), leased(live)]
  t.equal(one.backend, live)
  t.equal(live.active, 2)
  one.release()
  t.equal(live.active, 1)
  one.release()
  t.equal(live.active, 1, 'a second release does nothing')
  two.release()
  t.equal(live.active, 0)
  t.end()
})

t.test('has room up to its own limit', t => {
  const limited = new LiveBackend(backend('a', { maxConnections: 2 }), new FakeClock())
  t.equal(limited.hasRoom, true)
  const first = leased(limited)
  t.equal(limited.hasRoom, true)
  leased(limited)
  t.equal(limited.hasRoom, false)
  first.release()
  t.equal(limited.hasRoom, true)
  const unlimited = new LiveBackend(backend('b'), new FakeClock())
  for (let session = 0; session < 10_000; session++) leased(unlimited)
  t.equal(unlimited.hasRoom, true)
  t.end()
})

t.test('takes no new client once it is no longer configured, and keeps its sessions', t => {
  const live = new LiveBackend(backend('a'), new FakeClock())
  live.update(entry())
  const lease = leased(live)
  lease.onRevoked = () => t.fail('revoked')
  live.retire()
  t.match(live, { eligible: false, healthy: true, active: 1 })
  t.end()
})

t.test('each revocation is told once to each lease that is open', t => {
  const live = new LiveBackend(backend('a'), new FakeClock())
  const told: string[] = []
  const [open, silent, closed] = [leased(live), leased(live), leased(live)]
  open.onRevoked = reason => told.push(`open ${reason}`)
  closed.onRevoked = reason => told.push(`closed ${reason}`)
  t.equal(silent.onRevoked, undefined)
  closed.release()
  live.revoke(entry())
  t.same(told, [])
  live.revoke(revoked(1, 'backend-down'))
  live.revoke(revoked(1, 'backend-down'))
  t.same(told, ['open backend-down'])
  t.equal(live.active, 2, 'whoever holds a lease releases it')
  live.revoke(revoked(2, 'killed'))
  t.same(told, ['open backend-down', 'open killed'])
  t.end()
})

t.test('a lease made after a revocation is not told of it', t => {
  const live = new LiveBackend(backend('a'), new FakeClock())
  live.revoke(revoked(3))
  leased(live).onRevoked = () => t.fail('revoked')
  live.revoke(revoked(3))
  t.end()
})

t.test('revocations that are counted anew, by a new table, are told', t => {
  const live = new LiveBackend(backend('a'), new FakeClock())
  let told = 0
  leased(live).onRevoked = () => told++
  live.revoke(revoked(1))
  live.revoke(entry())
  t.equal(told, 1)
  live.revoke(revoked(1))
  t.equal(told, 2)
  t.end()
})

t.test('leases may be released while they are told', t => {
  const live = new LiveBackend(backend('a'), new FakeClock())
  let told = 0
  for (let session = 0; session < 10; session++) {
    const lease = leased(live)
    lease.onRevoked = () => {
      told++
      lease.release()
      leased(live).release()
    }
  }
  live.revoke(revoked(1))
  t.equal(told, 10)
  t.equal(live.active, 0)
  t.end()
})

t.test('connects and probes are timed apart', t => {
  const live = new LiveBackend(backend('a'), new FakeClock())
  live.measured(0.2)
  live.update(entry({ probeTime: { average: 2, count: 1 } }))
  live.update(entry())
  t.match(live, { connectTime: 0.2, probeTime: 2 })
  live.measured(0.3)
  t.match(live, { connectTime: 0.23, probeTime: 2 })
  live.update(entry({ probeTime: { average: 100, count: 2 } }))
  t.match(live, { connectTime: 0.23, probeTime: 100 }, 'the table has smoothed it already')
  t.end()
})

t.test('a connect time that is forgotten counts again while a client tries', t => {
  const clock = new FakeClock()
  const live = new LiveBackend(backend('a'), clock)
  live.measured(100)
  clock.advance(5000)
  t.equal(live.connectTime, undefined)
  leased(live)
  t.equal(live.connectTime, 100)
  live.measured(1)
  t.equal(live.connectTime, 1)
  t.end()
})

t.test('counts the sessions of other threads, and takes no place that one of them was quicker to take', t => {
  const size = 1
  const counts = new SharedCounts(SharedCounts.memoryFor(size, 2), size)
  const limited = backend('a', { maxConnections: 2 })
  const [here, there] = [0, 1].map(thread => new LiveBackend(limited, new FakeClock(), counts.of(0, thread)))
  if (here === undefined || there === undefined) throw new Error('no backend')
  leased(here)
  t.equal(there.active, 1)
  t.equal(here.hasRoom, true)
  const lease = leased(there)
  t.equal(here.lease(), undefined, 'what was looked at is not so any more')
  t.equal(here.hasRoom, false)
  t.match([here.isLeased, there.isLeased], [true, true])
  lease.release()
  t.match([here.active, there.isLeased], [1, false])
  t.end()
})

t.test('a count of its own needs no look before it counts', t => {
  const live = new LiveBackend(backend('a'), new FakeClock(), new LocalCount())
  leased(live)
  leased(live)
  t.equal(live.active, 2)
  leased(live)
  t.equal(live.active, 3, 'and takes one')
  t.end()
})

t.test('holds its limit although another thread took the last place between two looks', t => {
  const counts = new SharedCounts(SharedCounts.memoryFor(1, 2), 1)
  const limited = backend('a', { maxConnections: 2 })
  const here = new LiveBackend(limited, new FakeClock(), counts.of(0, 0))
  const there = counts.of(0, 1)
  there.addTo(0)
  t.equal(here.hasRoom, true)
  there.addTo(1)
  t.equal(here.active, 2, 'as least-connections looks at it')
  t.equal(here.lease(), undefined)
  t.equal(there.value, 2)
  t.end()
})

t.test('a look at its sessions is not a look that a lease rests on', t => {
  const counts = new SharedCounts(SharedCounts.memoryFor(1, 2), 1)
  const here = new LiveBackend(backend('a'), new FakeClock(), counts.of(0, 0))
  const there = counts.of(0, 1)
  t.equal(here.sessions, 0)
  there.addTo(0)
  t.equal(here.sessions, 1)
  t.ok(here.lease(), 'nobody had concluded anything')
  t.equal(here.sessions, 2)
  t.end()
})

t.test('a look that is disregarded is none', t => {
  const counts = new SharedCounts(SharedCounts.memoryFor(1, 2), 1)
  const here = new LiveBackend(backend('a'), new FakeClock(), counts.of(0, 0))
  const there = counts.of(0, 1)
  t.equal(here.active, 0)
  there.addTo(0)
  here.disregard()
  t.ok(here.lease())
  t.equal(here.active, 2)
  there.addTo(2)
  t.equal(here.lease(), undefined, 'one that counts holds')
  t.end()
})

t.test('a session stays with the place where its backend was', t => {
  const live = new LiveBackend(backend('a'), new FakeClock())
  const old = leased(live)
  live.update(entry())
  t.equal(old.isCurrent, true, 'the same place in another object')
  const moved = backend('a', { endpoint: { kind: 'unix', path: '/run/a' } })
  live.update(entry({ backend: moved }))
  const young = leased(live)
  t.same([old.isCurrent, young.isCurrent], [false, true])
  t.match([old.endpoint, young.endpoint], [{ kind: 'inet' }, { kind: 'unix' }])
  const told: string[] = []
  old.onRevoked = reason => told.push(`old ${reason}`)
  young.onRevoked = reason => told.push(`young ${reason}`)
  live.revoke(revoked(1, 'backend-down'))
  t.same(told, ['young backend-down'], 'another server is down than the one it has')
  live.revoke(revoked(2, 'killed'))
  t.same(told.slice(1), ['old killed', 'young killed'])
  t.end()
})
