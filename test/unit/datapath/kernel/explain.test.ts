import t, { type Test } from 'tap'
import type { Backend } from '../../../../src/core/backend.js'
import type { Service } from '../../../../src/core/service.js'
import { IpHash } from '../../../../src/core/strategy/ip-hash.js'
import { explain } from '../../../../src/datapath/kernel/explain.js'
import { KernelService } from '../../../../src/datapath/kernel/kernel-service.js'
import { Numbers } from '../../../../src/datapath/kernel/numbers.js'
import type { Snapshot } from '../../../../src/core/snapshot.js'
import { candidate, everyone } from '../../../fixtures/candidates.js'
import { FakeClock } from '../../../fixtures/fake-clock.js'
import { FakeKernel } from '../../../fixtures/fake-kernel.js'
import { destination } from '../../../fixtures/kernel-rules.js'
import { backend, backendSnapshot, service } from '../../../fixtures/services.js'

const MARK = 9
const CLIENT = { address: '10.9.1.2', port: 5 }

/** A service that knows these backends, those whose names begin with x as ones that are down. */
function create(
  backends: readonly Backend[],
  balance: Service['balance'],
  failover: Snapshot['failover'] = 'primary',
) {
  const kernelService = new KernelService(service([], { balance }), MARK, new Numbers(), {
    clock: new FakeClock(),
    passive: () => undefined,
    onChanged: () => undefined,
    routesLoopback: false,
    isInherited: false,
  })
  kernelService.publish({
    failover,
    backends: backends.map(each => {
      const healthy = !each.name.startsWith('x')
      return backendSnapshot(each, { healthy, eligible: healthy })
    }),
  })
  kernelService.rules()
  return kernelService
}

function at(name: string, number: number, settings: Partial<Backend> = {}, family: 4 | 6 = 4): Backend {
  return backend(name, { endpoint: destination(number, family).endpoint, ...settings })
}

/** How each backend stands to a client. */
function standings(kernelService: KernelService, client = CLIENT): Readonly<Record<string, string>> {
  return Object.fromEntries(
    explain(kernelService, client).assessed.map(({ name, standing }) => [name, standing]),
  )
}

async function withFlows(t: Test, kernelService: KernelService, flows: Parameters<FakeKernel['live']>[0]) {
  const kernel = new FakeKernel(t, MARK)
  kernel.live(flows)
  await kernelService.look()
}

t.test('whose turn it is', async t => {
  const kernelService = create([at('a', 1, { weight: 2 }), at('b', 2)], 'round-robin')
  const { picked, rule, assessed } = explain(kernelService, CLIENT)
  t.equal(picked, 'a')
  t.equal(rule, 'the kernel takes turns, 3 in a round: the score is its part of them')
  t.same(
    assessed.map(({ name, standing, score }) => [name, standing, score]),
    [
      ['a', 'picked', 2 / 3],
      ['b', 'beaten', 1 / 3],
    ],
  )
  const kernel = new FakeKernel(t, MARK)
  kernel.counted(1, 'given', 1)
  await kernelService.look()
  t.equal(explain(kernelService, CLIENT).picked, 'b')
})

t.test('whose slot it is', async t => {
  const backends = [at('a', 1), at('b', 2), at('c', 3)]
  const kernelService = create(backends, 'ip-hash')
  const strategy = new IpHash()
  strategy.update(backends.map(({ name }) => candidate(name)))
  for (let host = 1; host < 50; host++) {
    const client = { address: `10.9.1.${host}`, port: 5 }
    const { picked, rule } = explain(kernelService, client)
    t.equal(picked, strategy.pick(client, everyone)?.name)
    t.match(rule, /^it has slot \d+ of 16384,/)
  }
})

t.test('who is likely', async t => {
  const kernelService = create([at('a', 1), at('b', 2)], 'least-connections')
  await withFlows(t, kernelService, [[1, 10]])
  const { picked, rule, assessed } = explain(kernelService, CLIENT)
  t.equal(picked, 'b')
  t.match(rule, /^the kernel spreads clients by shares/)
  t.same(
    assessed.map(({ score, active }) => [Math.round(Number(score) * 1000), active]),
    [
      [25, 10],
      [975, 0],
    ],
  )
})

t.test('why it is none of the others', async t => {
  const kernelService = create(
    [
      at('a', 1),
      at('full', 2, { maxConnections: 1 }),
      at('x', 3),
      at('six', 4, {}, 6),
      at('spare', 5, { backup: true }),
    ],
    'round-robin',
  )
  await withFlows(t, kernelService, [[2, 1]])
  kernelService.rules()
  const of4 = { a: 'picked', full: 'full', x: 'not-eligible', six: 'other-family', spare: 'other-tier' }
  t.same(standings(kernelService), of4)
  t.same(standings(kernelService, { address: '::ffff:10.9.1.2', port: 5 }), of4, 'a mapped address is IPv4')
  t.same(standings(kernelService, { address: '2001:db8::9', port: 5 }), {
    ...of4,
    a: 'other-family',
    six: 'picked',
    spare: 'other-family',
  })
})

t.test('backups serve', async t => {
  const kernelService = create([at('a', 1), at('b', 2, { backup: true })], 'round-robin', 'backup')
  t.same(standings(kernelService), { a: 'other-tier', b: 'picked' })
})

t.test('nobody is there for the client', async t => {
  const kernelService = create([at('x', 1), at('six', 2, {}, 6)], 'round-robin')
  t.match(explain(kernelService, CLIENT), { picked: undefined, rule: undefined })
  t.same(standings(kernelService), { x: 'not-eligible', six: 'other-family' })
})

t.test('a backend of another tier is asked when the first one is full', async t => {
  const kernelService = create(
    [at('a', 1, { maxConnections: 1 }), at('b', 2, { backup: true })],
    'round-robin',
  )
  await withFlows(t, kernelService, [[1, 1]])
  kernelService.rules()
  t.same(standings(kernelService), { a: 'full', b: 'picked' })
})

t.test('a backend that was shunned for now is not eligible', async t => {
  const kernelService = create([at('a', 1), at('b', 2)], 'round-robin')
  new FakeKernel(t, MARK).counted(1, 'refused', 1)
  await kernelService.refused({
    mark: { service: MARK, backend: 1, protocol: 'tcp', low: 0 },
    family: 4,
    what: 'refused',
    client: CLIENT,
    target: { address: '10.9.1.1', port: 80 },
  })
  kernelService.rules()
  t.same(standings(kernelService), { a: 'not-eligible', b: 'picked' })
})
