import t from 'tap'
import { Balancer } from '../../../src/core/balancer.js'
import type { Backend } from '../../../src/core/backend.js'
import { SharedCounts, type Count } from '../../../src/core/count.js'
import type { Failover } from '../../../src/core/failover.js'
import type { Lease } from '../../../src/core/lease.js'
import type { BackendSnapshot, Snapshot } from '../../../src/core/snapshot.js'
import { ALGORITHMS, type Algorithm } from '../../../src/core/strategy/index.js'
import { CLIENT } from '../../fixtures/candidates.js'
import { FakeClock } from '../../fixtures/fake-clock.js'
import { seededRandom } from '../../fixtures/seeded-random.js'
import { backend, backendSnapshot } from '../../fixtures/services.js'
import { tally } from '../../fixtures/statistics.js'
import { SteadyTraffic } from '../../fixtures/steady-traffic.js'

type Entry = Partial<Omit<BackendSnapshot, 'backend'>> & { readonly backend: Backend }

function snapshot(entries: readonly (Entry | Backend)[], failover: Failover['kind'] = 'primary'): Snapshot {
  const backends = entries.map(given => {
    const { backend, ...told } = 'backend' in given ? given : { backend: given }
    return backendSnapshot(backend, told)
  })
  return { failover, backends }
}

function balancer(first: Snapshot, algorithm: Algorithm = 'round-robin'): Balancer {
  const balancer = new Balancer(algorithm, new FakeClock(), seededRandom(1))
  balancer.update(first)
  return balancer
}

/** The names that many clients in a row get; each keeps its lease. */
function acquire(balancer: Balancer, count: number, tried?: ReadonlySet<string>): (string | undefined)[] {
  return Array.from({ length: count }, () => balancer.acquire(CLIENT, tried)?.backend.name)
}

function taken(lease: Lease | undefined): Lease {
  if (lease === undefined) throw new Error('no lease')
  return lease
}

/** Up to five backends of both tiers, some of them down and some with little room. */
function anySnapshot(random: () => number): Snapshot {
  const names = ['a', 'b', 'c', 'd', 'e'].filter(() => random() < 0.7)
  const entries = names.map(name => {
    const maxConnections = random() < 0.5 ? 3 : undefined
    const weight = 1 + Math.floor(random() * 3)
    return {
      backend: backend(name, { weight, maxConnections, backup: name > 'c' }),
      eligible: random() < 0.8,
    }
  })
  return snapshot(entries, random() < 0.5 ? 'primary' : 'backup')
}

const [a, b] = [backend('a'), backend('b')]
const spare = backend('spare', { backup: true })

t.test('knows nobody before the first snapshot', t => {
  t.equal(new Balancer('round-robin', new FakeClock(), seededRandom(1)).acquire(CLIENT), undefined)
  t.end()
})

t.test('every algorithm gives each client a counted place', t => {
  for (const algorithm of ALGORITHMS) {
    const both = balancer(snapshot([a, b]), algorithm)
    const lease = taken(both.acquire(CLIENT))
    t.ok(['a', 'b'].includes(lease.backend.name), algorithm)
    t.equal(lease.backend.active, 1)
    lease.release()
    t.equal(lease.backend.active, 0)
  }
  t.end()
})

t.test('choosing and counting are one step: 1,000 simultaneous clients spread evenly', t => {
  const shares = tally(acquire(balancer(snapshot([a, b, backend('c')]), 'least-connections'), 1000))
  t.same([...shares.values()].sort(), [333, 333, 334])
  t.end()
})

t.test('a place given back counts no more', t => {
  const both = balancer(snapshot([a, b]), 'least-connections')
  const leases = Array.from({ length: 10 }, () => taken(both.acquire(CLIENT)))
  for (const lease of leases) if (lease.backend.name === 'a') lease.release()
  t.same(acquire(both, 5), ['a', 'a', 'a', 'a', 'a'])
  t.end()
})

t.test('only the eligible are chosen', t => {
  const entries = [a, { backend: b, eligible: false }]
  t.same(acquire(balancer(snapshot(entries)), 3), ['a', 'a', 'a'])
  t.same(acquire(balancer(snapshot([{ backend: a, eligible: false }], 'none')), 1), [undefined])
  t.end()
})

t.test('a snapshot takes effect with the next client', t => {
  const both = balancer(snapshot([a, b]))
  both.update(snapshot([a, { backend: b, eligible: false }]))
  t.same(acquire(both, 2), ['a', 'a'])
  both.update(snapshot([b]))
  t.same(acquire(both, 2), ['b', 'b'])
  t.end()
})

t.test('a session outlives the updates around it', t => {
  const both = balancer(snapshot([a, b]), 'least-connections')
  const lease = taken(both.acquire(CLIENT))
  both.update(snapshot([{ backend: a, eligible: false }, b]))
  both.update(snapshot([a, b]))
  t.equal(lease.backend.active, 1)
  t.same(acquire(both, 1), ['b'], 'and still counts')
  t.end()
})

t.test('the position in the round survives updates and absence', t => {
  const three = [backend('a'), backend('b'), backend('c')]
  const all = balancer(snapshot(three))
  t.same(acquire(all, 1), ['a'])
  all.update(snapshot(three))
  t.same(acquire(all, 1), ['b'])
  all.update(snapshot(three.slice(1)))
  all.update(snapshot(three))
  t.same(acquire(all, 2), ['c', 'a'])
  t.end()
})

t.test('a backend that is full is passed over, and its place is used again', t => {
  for (const algorithm of ALGORITHMS) {
    const limited = balancer(
      snapshot([backend('a', { maxConnections: 1 }), backend('b', { maxConnections: 2 })]),
      algorithm,
    )
    const leases = Array.from({ length: 3 }, () => taken(limited.acquire(CLIENT)))
    const names = leases.map(lease => lease.backend.name)
    t.same(names.sort(), ['a', 'b', 'b'], algorithm)
    t.equal(limited.acquire(CLIENT), undefined, 'all are full')
    const first = leases.find(lease => lease.backend.name === 'a')
    first?.release()
    t.same(acquire(limited, 2), ['a', undefined])
  }
  t.end()
})

t.test('backups wait while primaries serve', t => {
  t.same(acquire(balancer(snapshot([spare, a])), 3), ['a', 'a', 'a'])
  t.end()
})

t.test('clients overflow to a backup when every primary is full', t => {
  const limited = balancer(snapshot([backend('a', { maxConnections: 1 }), spare]))
  const first = taken(limited.acquire(CLIENT))
  t.same(acquire(limited, 2), ['spare', 'spare'])
  first.release()
  t.same(acquire(limited, 1), ['a'])
  t.end()
})

t.test('backups serve while the failover says so, primaries only when those fail the client', t => {
  for (const failover of ['backup', 'returning'] as const) {
    const both = balancer(snapshot([a, spare], failover))
    t.same(acquire(both, 2), ['spare', 'spare'], failover)
    t.same(acquire(both, 1, new Set(['spare'])), ['a'])
    both.update(snapshot([a, spare], 'primary'))
    t.same(acquire(both, 1), ['a'])
  }
  t.end()
})

t.test('a backend already tried for a client is not given again; backups follow the primaries', t => {
  const all = balancer(snapshot([a, b, spare]))
  t.same(acquire(all, 2, new Set(['a'])), ['b', 'b'])
  t.same(acquire(all, 1, new Set(['a', 'b'])), ['spare'])
  t.same(acquire(all, 1, new Set(['a', 'b', 'spare'])), [undefined])
  t.same(acquire(all, 1, new Set()), ['a'])
  t.end()
})

t.test('a backend that is tried and one that is full are both passed over', t => {
  const all = balancer(snapshot([a, backend('b', { maxConnections: 1 }), spare]), 'least-connections')
  t.same(acquire(all, 1, new Set(['a'])), ['b'])
  t.same(acquire(all, 1, new Set(['a'])), ['spare'])
  t.end()
})

t.test('each tier has a memory of its own', t => {
  const all = balancer(snapshot([a, b, spare, backend('spare2', { backup: true })]))
  t.same(acquire(all, 1), ['a'])
  t.same(acquire(all, 1, new Set(['a', 'b'])), ['spare'])
  t.same(acquire(all, 1), ['b'])
  t.same(acquire(all, 1, new Set(['a', 'b'])), ['spare2'])
  t.end()
})

t.test('weights follow the snapshot', t => {
  const both = balancer(snapshot([a, { backend: b, effectiveWeight: 2 }]))
  t.same(
    tally(acquire(both, 30)),
    new Map([
      ['b', 20],
      ['a', 10],
    ]),
  )
  const reloaded = balancer(snapshot([a, b]), 'ip-hash')
  reloaded.update(snapshot([a, backend('b', { weight: 256 })]))
  const names = Array.from(
    { length: 256 },
    (_, host) => reloaded.acquire({ address: `10.0.0.${host}`, port: 1 })?.backend.name,
  )
  t.ok(names.filter(name => name === 'b').length > 240)
  t.end()
})

t.test('a revocation reaches the leases of that backend, after the new snapshot took effect', t => {
  const both = balancer(snapshot([a, b]))
  const told: string[] = []
  const [first, second] = [taken(both.acquire(CLIENT)), taken(both.acquire(CLIENT))]
  second.onRevoked = () => t.fail('the other backend was not revoked')
  first.onRevoked = reason => {
    first.release()
    told.push(reason, `${both.acquire(CLIENT)?.backend.name}`)
  }
  const down = {
    backend: a,
    healthy: false,
    eligible: false,
    revocation: { count: 1, reason: 'backend-down' as const },
  }
  both.update(snapshot([down, b]))
  t.same(told, ['backend-down', 'b'])
  both.update(snapshot([down, b]))
  t.equal(told.length, 2, 'once')
  t.end()
})

t.test('a backend that is no longer configured gets no client, and its sessions live on', t => {
  const both = balancer(snapshot([a, b]))
  const lease = taken(both.acquire(CLIENT))
  lease.onRevoked = () => t.fail('revoked')
  both.update(snapshot([b]))
  t.same(acquire(both, 2), ['b', 'b'])
  t.match(lease.backend, { name: 'a', eligible: false, active: 1 })
  lease.release()
  t.equal(lease.backend.active, 0)
  both.update(snapshot([a]))
  t.same(acquire(both, 1), ['a'], 'and may come back')
  t.end()
})

t.test('a backend that leaves without sessions is forgotten, and may come back', t => {
  const both = balancer(snapshot([a, b]))
  both.update(snapshot([b]))
  t.same(acquire(both, 2), ['b', 'b'])
  both.update(snapshot([a]))
  t.same(acquire(both, 2), ['a', 'a'])
  t.end()
})

t.test('a backend that is configured again still counts the sessions it kept', t => {
  const limited = backend('a', { maxConnections: 1 })
  const both = balancer(snapshot([limited, b]))
  const lease = taken(both.acquire(CLIENT))
  t.equal(lease.backend.name, 'a')
  both.update(snapshot([b]))
  both.update(snapshot([limited, b]))
  t.same(acquire(both, 2), ['b', 'b'], 'it is still full')
  lease.release()
  t.ok(acquire(both, 2).includes('a'))
  t.end()
})

t.test('least-latency, client after client', async t => {
  const share = ({ a, b }: { readonly a: number; readonly b: number }): number => b / (a + b)

  t.test('equals share', t => {
    const traffic = new SteadyTraffic()
    t.match(traffic.run(20), { a: 1000, b: 1000 })
    t.match(traffic.run(20, {}, {}), { a: 1000, b: 1000 }, 'probed as well')
    t.end()
  })

  t.test('one that stays slow to connect is tried every five seconds', t => {
    const traffic = new SteadyTraffic()
    traffic.run(1, { b: 80 })
    const { b } = traffic.run(60, { b: 80 })
    t.ok(b >= 10 && b <= 12, `${b} of 6,000`)
    t.end()
  })

  t.test('connects that take for ever are tried by one client at a time', t => {
    const traffic = new SteadyTraffic()
    traffic.run(5, { b: 80 })
    const { b } = traffic.run(60, { b: 3000 })
    t.ok(b >= 7 && b <= 12, `${b} of 6,000`)
    t.end()
  })

  t.test('one that was slow to connect has its share again five seconds after it recovered', t => {
    const traffic = new SteadyTraffic()
    traffic.run(30, { b: 80 })
    traffic.run(5.5)
    t.ok(share(traffic.run(1)) > 0.45)
    t.end()
  })

  t.test('probes that pass fast do not hide slow connects, nor keep them remembered', t => {
    const traffic = new SteadyTraffic()
    traffic.run(1, { b: 80 }, {})
    const { b } = traffic.run(60, { b: 80 }, {})
    t.ok(b >= 10 && b <= 12, `${b} of 6,000`)
    traffic.run(5.5, {}, {})
    t.ok(share(traffic.run(1, {}, {})) > 0.45)
    t.end()
  })

  t.test('one whose probes are slow gets little, and its share with the first fast ones', t => {
    const traffic = new SteadyTraffic()
    t.ok(share(traffic.run(60, {}, { b: 80 })) <= 0.01)
    t.ok(share(traffic.run(10, { b: 80 }, { b: 80 })) <= 0.01)
    traffic.run(1, {}, {})
    t.ok(share(traffic.run(1, {}, {})) > 0.45)
    t.end()
  })
})

t.test('another algorithm chooses from the next pick on, sessions kept', t => {
  const both = balancer(snapshot([a, b, spare]))
  const lease = taken(both.acquire(CLIENT))
  t.equal(lease.backend.name, 'a')
  both.use('least-connections')
  t.same(acquire(both, 3), ['b', 'a', 'b'])
  lease.release()
  t.equal(both.held('a'), 1)
  t.same(acquire(both, 1, new Set(['a', 'b'])), ['spare'], 'in the other tier as well')
  t.end()
})

t.test('the same algorithm again goes on as it was', t => {
  const both = balancer(snapshot([a, b]))
  t.same(acquire(both, 1), ['a'])
  both.use('round-robin')
  t.same(acquire(both, 1), ['b'])
  both.use('ip-hash')
  both.use('round-robin')
  t.same(acquire(both, 1), ['a'], 'and one that comes back begins anew')
  t.end()
})

t.test('another algorithm follows the snapshots to come', t => {
  const both = balancer(snapshot([a, b]))
  both.use('least-connections')
  both.update(snapshot([b]))
  t.same(acquire(both, 2), ['b', 'b'])
  t.end()
})

t.test('tells sessions of backends, and which ones it knows', t => {
  const both = balancer(snapshot([a, b]))
  const lease = taken(both.acquire(CLIENT))
  t.same([both.held('a'), both.held('b'), both.held('c')], [1, 0, 0])
  t.same([both.knows('a'), both.knows('b'), both.knows('c')], [true, true, false])
  both.update(snapshot([]))
  t.same([both.knows('a'), both.knows('b')], [true, false], 'one that is gone is known by its sessions')
  t.equal(both.held('a'), 1)
  lease.release()
  both.update(snapshot([]))
  t.same([both.knows('a'), both.held('a')], [false, 0])
  t.end()
})

t.test('what is explained is what comes next, whoever is full, tried or down', t => {
  const random = seededRandom(5)
  for (const algorithm of ALGORITHMS) {
    if (algorithm === 'random-two') continue
    const all = new Balancer(algorithm, new FakeClock(), seededRandom(1))
    const leases: Lease[] = []
    let [picked, none] = [0, 0]
    for (let round = 0; round < 400; round++) {
      if (round % 10 === 0) all.update(anySnapshot(random))
      const client = { address: `10.0.0.${round % 256}`, port: 1 }
      const explained = all.explain(client).picked
      const lease = all.acquire(client)
      if (lease?.backend.name !== explained) t.fail(`${algorithm}: ${explained}`)
      if (lease === undefined) none++
      else if (leases.push(lease) && ++picked % 3 === 0) leases.shift()?.release()
    }
    t.ok(picked > 100 && none > 0, `${algorithm}: ${picked} picked, ${none} times nobody`)
  }
  t.end()
})

t.test('who asks for explanations all the time changes nothing', t => {
  for (const algorithm of ALGORITHMS) {
    const picks = (looks: number): (string | undefined)[] => {
      const random = seededRandom(6)
      const all = new Balancer(algorithm, new FakeClock(), seededRandom(1))
      return Array.from({ length: 300 }, (_, round) => {
        if (round % 10 === 0) all.update(anySnapshot(random))
        const client = { address: `10.0.0.${round % 256}`, port: 1 }
        for (let look = 0; look < looks; look++) all.explain(client)
        return all.acquire(client)?.backend.name
      })
    }
    t.same(picks(3), picks(0), algorithm)
  }
  t.end()
})

t.test('no pick rests on what an explanation looked at', t => {
  for (const algorithm of ALGORITHMS) {
    const counts = new SharedCounts(SharedCounts.memoryFor(2, 2), 2)
    const countOf = (name: string): Count => counts.of(name === 'a' ? 0 : 1, 0)
    let lost = 0
    const counting = (name: string): Count => {
      const count = countOf(name)
      return {
        get value() {
          return count.value
        },
        addTo(seen) {
          const added = count.addTo(seen)
          if (!added) lost++
          return added
        },
        subtract: () => count.subtract(),
      }
    }
    const here = new Balancer(algorithm, new FakeClock(), seededRandom(1), counting)
    here.update(snapshot([a, b]))
    here.explain(CLIENT)
    for (const number of [0, 1]) counts.of(number, 1).addTo(0)
    t.ok(here.acquire(CLIENT), algorithm)
    t.equal(lost, 0, 'another thread was not quicker, since nothing was concluded')
    t.equal(counts.value(0) + counts.value(1), 3)
  }
  t.end()
})

t.test('explains the tiers in the order in which they are asked', t => {
  const entries = [a, { backend: b, eligible: false }, spare]
  const standings = (failover: Failover['kind']): unknown =>
    balancer(snapshot(entries, failover))
      .explain(CLIENT)
      .assessed.map(({ standing }) => standing)
  t.same(standings('primary'), ['picked', 'not-eligible', 'other-tier'])
  t.same(standings('backup'), ['other-tier', 'not-eligible', 'picked'])
  t.same(standings('returning'), ['other-tier', 'not-eligible', 'picked'])
  t.end()
})

t.test('explains by what is so now', t => {
  const clock = new FakeClock()
  const both = new Balancer('least-latency', clock, seededRandom(1))
  both.update(snapshot([a, b]))
  const [first, second] = [taken(both.acquire(CLIENT)), taken(both.acquire(CLIENT))]
  first.backend.measured(50)
  second.backend.measured(10)
  for (const lease of [first, second]) lease.release()
  const scores = (): unknown => both.explain(CLIENT).assessed.map(({ score }) => score)
  t.same(scores(), [50, 10])
  clock.advance(5000)
  t.same(scores(), [1, 1], 'both times are forgotten')
  t.end()
})

t.test('nor a pick by an algorithm that does not look at sessions itself', t => {
  const counts = new SharedCounts(SharedCounts.memoryFor(2, 2), 2)
  const here = new Balancer('least-connections', new FakeClock(), seededRandom(1), name =>
    counts.of(name === 'a' ? 0 : 1, 0),
  )
  here.update(snapshot([a, b]))
  here.explain(CLIENT)
  counts.of(0, 1).addTo(0)
  here.use('round-robin')
  t.same(acquire(here, 3), ['a', 'b', 'a'], 'no turn is lost')
  t.end()
})
