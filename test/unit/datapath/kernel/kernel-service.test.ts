import t, { type Test } from 'tap'
import type { Backend } from '../../../../src/core/backend.js'
import { SLOTS } from '../../../../src/core/strategy/ip-hash.js'
import type { BackendSnapshot, RevokeReason, Snapshot } from '../../../../src/core/snapshot.js'
import type { FlowEvent } from '../../../../src/datapath/kernel/conntrack.js'
import { KernelService, numbersOf } from '../../../../src/datapath/kernel/kernel-service.js'
import { hex, LIVING_MASK, markOf, STATES } from '../../../../src/datapath/kernel/marks.js'
import { Numbers } from '../../../../src/datapath/kernel/numbers.js'
import { type Family } from '../../../../src/datapath/kernel/rules.js'
import { rulesetOf } from '../../../../src/datapath/kernel/ruleset.js'
import { FakeClock } from '../../../fixtures/fake-clock.js'
import { FakeKernel } from '../../../fixtures/fake-kernel.js'
import { ANY_TCP, destination } from '../../../fixtures/kernel-rules.js'
import { backend, backendSnapshot as seen, service } from '../../../fixtures/services.js'

const MARK = 9

/** A backend at an address of its own, by its name: `a` is 10.0.0.1. */
function at(name: string, settings: Partial<Backend> = {}, family: Family = 4): Backend {
  return backend(name, { endpoint: destination(name.charCodeAt(0) - 96, family).endpoint, ...settings })
}

type Told = Partial<Omit<BackendSnapshot, 'backend'>>

const DOWN: Told = { healthy: false, eligible: false }

function revoked(reason: RevokeReason, count = 1): Told {
  return { ...(reason === 'backend-down' ? DOWN : {}), revocation: { count, reason } }
}

type Options = Parameters<typeof service>[1] & {
  readonly isInherited?: boolean
  readonly taken?: ReadonlyMap<string, number>
}

/** A service whose kernel is told what to say. */
class Scene {
  readonly clock = new FakeClock(1000)
  readonly kernel: FakeKernel
  readonly passive: unknown[] = []
  readonly service: KernelService
  changes = 0

  constructor(t: Test, { isInherited = false, taken, ...settings }: Options = {}) {
    this.kernel = new FakeKernel(t, MARK)
    this.service = new KernelService(service([], settings), MARK, new Numbers(taken), {
      clock: this.clock,
      passive: (name, told) => void this.passive.push([name, told]),
      onChanged: () => void this.changes++,
      routesLoopback: false,
      isInherited,
    })
    this.service.reconfigure(this.service.service, [ANY_TCP])
  }

  publish(backends: readonly BackendSnapshot[], failover: Snapshot['failover'] = 'primary'): void {
    this.service.publish({ failover, backends })
  }

  /** Names of those that a new client may be given. */
  asked(family: Family = 4): readonly string[] {
    return this.service.candidates(family).map(({ name }) => name)
  }

  /** The numbers that the ruleset knows, with their backends. */
  get destinations(): readonly (readonly [number: number, host: string])[] {
    return this.service.rules().destinations.map(({ number, endpoint }) => [number, endpoint.host])
  }

  /** The ring of a family that goes by turns. */
  ring(family: Family = 4): readonly number[] | undefined {
    const choice = this.service.rules().choices[family]
    return choice.kind === 'turns' ? choice.ring : undefined
  }

  /** Whether something asked for another ruleset meanwhile. */
  async changesBy(what: () => unknown): Promise<boolean> {
    const before = this.changes
    await what()
    return this.changes > before
  }

  /** The ruleset follows. */
  put(): void {
    this.service.rules()
    this.service.entered()
  }

  /** The ruleset follows, and what it leaves behind is ended. */
  async settle(): Promise<void> {
    this.put()
    await this.service.end()
  }
}

/** The deletion of all flows of a number, those that are not over first, as they are counted. */
function deletion(number: number, protocol: 'tcp' | 'udp' = 'tcp', family: Family = 4): readonly string[] {
  const mark = hex(markOf(MARK, number, protocol))
  return [hex(LIVING_MASK), '0xfffffff8'].map(mask => `-D -f ipv${family} -m ${mark}/${mask}`)
}

/** A client was refused by the backend with this number. */
function refusalBy(number: number, protocol: 'tcp' | 'udp'): FlowEvent {
  return {
    mark: { service: MARK, backend: number, protocol, low: protocol === 'udp' ? STATES.datagramRefused : 0 },
    family: 4,
    what: 'refused',
    client: { address: '10.9.1.2', port: 5 },
    target: { address: '10.9.1.1', port: 80 },
  }
}

t.test('new clients get those that are eligible, of the tier that serves, in their family', async t => {
  const scene = new Scene(t)
  const backup = { backup: true }
  t.same(scene.service.rules().choices, { 4: { kind: 'none' }, 6: { kind: 'none' } })
  const all = [seen(at('a')), seen(at('b')), seen(at('c', backup)), seen(at('d', {}, 6))]
  t.ok(await scene.changesBy(() => scene.publish(all)))
  t.same([scene.asked(4), scene.asked(6)], [['a', 'b'], ['d']])
  t.same(scene.service.families, [4, 6])
  t.same([scene.ring(4), scene.ring(6)], [[1, 2], [4]])
  for (const failover of ['backup', 'returning', 'none'] as const) {
    scene.publish(all, failover)
    t.same([scene.asked(4), scene.asked(6)], [['c'], ['d']], failover)
  }
  scene.publish([seen(at('a'), { eligible: false }), seen(at('b'), DOWN), seen(at('c', backup))])
  t.same(scene.asked(), ['c'], 'the last tier is asked last')
  scene.publish([seen(at('a')), seen(at('c', backup), DOWN)], 'backup')
  t.same(scene.asked(), ['a'])
  scene.publish([seen(at('a'), DOWN)])
  t.same(scene.service.rules().choices[4], { kind: 'none' })
})

t.test('a backend on a unix socket gets nobody', async t => {
  const scene = new Scene(t)
  scene.publish([seen(backend('u', { endpoint: { kind: 'unix', path: '/run/u' } }))])
  t.same([scene.asked(4), scene.asked(6)], [[], []])
  t.same(scene.destinations, [])
})

t.test('a revocation gives a new number and cuts the old one, once', async t => {
  const scene = new Scene(t)
  scene.publish([seen(at('a')), seen(at('b'))])
  await scene.settle()
  t.same(scene.kernel.takeDeleted(), [])
  const gone = [seen(at('a'), revoked('backend-down')), seen(at('b'))]
  scene.publish(gone)
  scene.publish(gone)
  t.same(scene.destinations, [
    [1, '10.0.0.1'],
    [2, '10.0.0.2'],
    [3, '10.0.0.1'],
  ])
  t.match(scene.service.rules(), { cut: [1], choices: { 4: { ring: [2] } } })
  t.equal(scene.service.awaitsCounts, true)
  scene.kernel.deletes(5)
  await scene.service.end()
  t.same(
    scene.kernel.takeDeleted(),
    [...deletion(1), ...deletion(1, 'udp'), ...deletion(3, 'udp')],
    'UDP begins anew elsewhere',
  )
  await scene.service.end()
  t.same(scene.kernel.takeDeleted(), [], 'once')
  t.equal(scene.service.stats().backends[0]?.sessions.tcp.closed['backend-down'], 5)
  scene.publish([seen(at('a'), { revocation: { count: 1, reason: 'backend-down' } }), seen(at('b'))])
  t.same(scene.ring(), [3, 2], 'it is back with its new number')
})

t.test('a number that was cut is forgotten when its flows were ended and none is left', async t => {
  const scene = new Scene(t)
  scene.publish([seen(at('a')), seen(at('b'))])
  scene.kernel.counted(1, 'given', 7)
  scene.publish([seen(at('a'), revoked('backend-drained')), seen(at('b'))])
  await scene.service.look()
  t.match(scene.service.rules(), { cut: [1] }, 'not before they were ended')
  await scene.settle()
  scene.kernel.live([[1, 1]])
  await scene.service.look()
  t.match(scene.service.rules(), { cut: [1] }, 'not while one is left')
  scene.kernel.live([])
  t.ok(await scene.changesBy(() => scene.service.look()))
  t.same(scene.service.rules().cut, [])
  t.same(scene.destinations, [
    [2, '10.0.0.2'],
    [3, '10.0.0.1'],
  ])
  t.equal(scene.service.awaitsCounts, false)
  t.equal(scene.service.stats().backends.find(({ backend: name }) => name === 'a')?.sessions.tcp.total, 7)
})

t.test('sessions that are killed are those of UDP as well, and of every number', async t => {
  const scene = new Scene(t, { udpOnDown: 'pin' })
  scene.publish([seen(at('a'))])
  const elsewhere = at('a', { endpoint: destination(7).endpoint })
  scene.publish([seen(elsewhere)])
  scene.publish([seen(elsewhere, revoked('killed'))])
  t.match(scene.service.rules(), { cut: [1, 2], choices: { 4: { ring: [3] } } })
  await scene.service.end()
  t.same(
    scene.kernel.takeDeleted(),
    [1, 2].flatMap(number => [...deletion(number), ...deletion(number, 'udp')]),
  )
})

t.test('a backend that moved and is down keeps the sessions with the server that it was before', async t => {
  const scene = new Scene(t, { udpOnDown: 'pin' })
  scene.publish([seen(at('a'))])
  const elsewhere = at('a', { endpoint: destination(7).endpoint })
  scene.publish([seen(elsewhere, revoked('backend-down'))])
  t.same(scene.service.rules().cut, [2])
  t.same(scene.destinations, [
    [1, '10.0.0.1'],
    [2, '10.0.0.7'],
    [3, '10.0.0.7'],
  ])
})

t.test('what is revoked while a ruleset is written waits for the next one', async t => {
  const scene = new Scene(t)
  scene.publish([seen(at('a'))])
  scene.service.rules()
  scene.publish([seen(at('a'), revoked('killed'))])
  await scene.service.end()
  t.same(scene.kernel.takeDeleted(), [], 'the ruleset in force still gives new ones to its number')
  await scene.settle()
  t.same(scene.kernel.takeDeleted(), [...deletion(1), ...deletion(1, 'udp')])
})

t.test('a backend that is gone leaves nothing to wait for', async t => {
  const scene = new Scene(t)
  scene.publish([seen(at('a')), seen(at('b'))])
  scene.publish([seen(at('a'), revoked('killed')), seen(at('b'))])
  await scene.settle()
  scene.publish([seen(at('b'))])
  t.same(scene.destinations, [[2, '10.0.0.2']])
  t.same(scene.service.rules().cut, [])
  t.equal(scene.service.awaitsCounts, false)
  t.same(
    scene.service.stats().backends.map(({ backend: name }) => name),
    ['b'],
  )
})

t.test('UDP sessions of a backend that goes down begin anew, are dropped, or stay', async t => {
  for (const udpOnDown of ['rehome', 'drop', 'pin'] as const) {
    await t.test(udpOnDown, async t => {
      const scene = new Scene(t, { udpOnDown })
      scene.publish([seen(at('a')), seen(at('b'))])
      scene.publish([seen(at('a'), DOWN), seen(at('b'))])
      t.same(scene.service.rules().muted, udpOnDown === 'drop' ? [1] : [])
      await scene.service.end()
      t.same(scene.kernel.takeDeleted(), udpOnDown === 'rehome' ? deletion(1, 'udp') : [])
      scene.publish([seen(at('a'), DOWN), seen(at('b'))])
      await scene.settle()
      t.same(scene.kernel.takeDeleted(), [], 'once')
      scene.publish([seen(at('a')), seen(at('b'))])
      t.same(scene.service.rules().muted, [])
    })
  }
})

t.test('a UDP session that began while its backend went down begins anew as well', async t => {
  const scene = new Scene(t)
  scene.publish([seen(at('a'))])
  scene.publish([seen(at('a'), DOWN)])
  await scene.settle()
  scene.kernel.takeDeleted()
  scene.kernel.live([[1, 1, 'udp']])
  t.ok(await scene.changesBy(() => scene.service.look()))
  await scene.settle()
  t.same(scene.kernel.takeDeleted(), deletion(1, 'udp'))
})

t.test('a backend that is full leaves the choice, until it is not', async t => {
  const scene = new Scene(t)
  const small = at('a', { maxConnections: 3 })
  scene.publish([seen(small), seen(at('b'))])
  scene.service.rules()
  t.equal(scene.service.followsCounts, true)
  scene.kernel.live([
    [1, 2],
    [1, 1, 'udp'],
  ])
  t.ok(await scene.changesBy(() => scene.service.look()))
  t.same(scene.asked(), ['b'])
  t.match(scene.service.rules(), { destinations: [{ maxConnections: 3 }, { maxConnections: undefined }] })
  t.notOk(await scene.changesBy(() => scene.service.look()))
  scene.kernel.live([[1, 2]])
  t.ok(await scene.changesBy(() => scene.service.look()))
  t.same(scene.asked(), ['a', 'b'])
  t.equal(scene.service.active('a'), 2)
  t.equal(scene.service.total(), 2)
})

t.test('when all primaries are full a backup is asked', async t => {
  const scene = new Scene(t)
  scene.publish([seen(at('a', { maxConnections: 1 })), seen(at('b', { backup: true }))])
  scene.kernel.live([[1, 1]])
  await scene.service.look()
  t.same(scene.asked(), ['b'])
})

t.test('shares follow the counts when that is worth it', async t => {
  const scene = new Scene(t, { balance: 'least-connections' })
  scene.publish([seen(at('a')), seen(at('b'))])
  const turns = () => {
    const ring = scene.ring() ?? []
    return [1, 2].map(number => ring.filter(each => each === number).length)
  }
  t.same(turns(), [64, 64])
  t.notOk(await scene.changesBy(() => scene.service.look()))
  scene.kernel.live([[1, 10]])
  t.ok(await scene.changesBy(() => scene.service.look()))
  t.same(turns(), [3, 125])
  t.notOk(await scene.changesBy(() => scene.service.look()))
  t.same(
    [...scene.service.chances(4).values()].map(chance => Math.round(chance * 1024)),
    [26, 998],
  )
})

t.test('the next ring begins behind the last turn', async t => {
  const scene = new Scene(t)
  const three = ['a', 'b', 'c'].map(name => seen(at(name)))
  scene.publish(three)
  t.same(scene.ring(), [1, 2, 3])
  for (const number of [1, 2, 3, 1]) scene.kernel.counted(number, 'given', 1)
  scene.publish([...three, seen(at('d'))])
  await scene.service.prepare()
  t.same(scene.service.turn(4), { next: 2, ring: [1, 2, 3] })
  t.same(scene.ring(), [2, 3, 4, 1])
  t.same(scene.service.turn(4), { next: 2, ring: [2, 3, 4, 1] })
  t.same(scene.ring(), [2, 3, 4, 1], 'until something changes')
})

t.test('the turns of a family are its own', async t => {
  const scene = new Scene(t)
  const some = [seen(at('a')), seen(at('b')), seen(at('c', {}, 6)), seen(at('d', {}, 6))]
  scene.publish(some)
  scene.service.rules()
  for (const number of [1, 3, 4, 3]) scene.kernel.counted(number, 'given', 1)
  scene.publish([...some, seen(at('e')), seen(at('f', {}, 6))])
  await scene.service.prepare()
  t.equal(scene.service.turn(4)?.next, 2)
  t.equal(scene.service.turn(6)?.next, 4)
  t.same(scene.ring(4), [2, 5, 1])
  t.same(scene.ring(6), [4, 6, 3])
})

t.test('turns that were taken by a number that is forgotten count', async t => {
  const scene = new Scene(t)
  const moved = at('c', { endpoint: destination(7).endpoint })
  scene.publish([seen(at('a')), seen(at('b')), seen(at('c'))])
  scene.service.rules()
  for (const number of [1, 2, 3, 1]) scene.kernel.counted(number, 'given', 1)
  scene.publish([seen(at('a')), seen(at('b')), seen(moved)])
  await scene.service.prepare()
  t.same(scene.ring(), [2, 4, 1])
  await scene.service.look()
  t.equal(scene.destinations.length, 3, 'the old number of c is forgotten')
  scene.kernel.counted(2, 'given', 1)
  await scene.service.look()
  t.equal(scene.service.turn(4)?.next, 4)
})

t.test('clients that came are told apart from counters that went with their number', async t => {
  const scene = new Scene(t, { balance: 'least-connections' })
  const moved = at('c', { endpoint: destination(7).endpoint })
  scene.publish([seen(at('a')), seen(at('b')), seen(at('c'))])
  scene.kernel.counted(3, 'given', 1000)
  await scene.service.look()
  scene.publish([seen(at('a')), seen(at('b')), seen(moved)])
  await scene.service.look()
  scene.kernel.live([[1, 40]])
  scene.kernel.counted(1, 'given', 40)
  scene.kernel.counted(2, 'given', 60)
  await scene.service.look()
  // 140 sessions for three: a third of the 100 that are expected is missing nowhere else.
  t.ok(Math.abs(Number(scene.service.chances(4).get('a')) - (0.95 * (20 / 3 / 100) + 0.05 / 3)) < 0.001)
})

t.test('who refuses a client is shunned for a second, and blamed until it serves one', async t => {
  const scene = new Scene(t)
  scene.publish([seen(at('a')), seen(at('b'))])
  scene.service.rules()
  const event = refusalBy(1, 'tcp')
  scene.kernel.counted(1, 'given', 1)
  scene.kernel.counted(1, 'refused', 1)
  t.ok(await scene.changesBy(() => scene.service.refused(event)))
  t.same(scene.asked(), ['b'])
  t.same(scene.passive, [['a', { kind: 'fail', cause: 'dead', reason: 'ECONNREFUSED' }]])
  t.equal(scene.service.awaitsCounts, true)
  scene.clock.advance(600)
  t.notOk(await scene.changesBy(() => scene.service.refused({ ...event, what: 'timeout' })))
  t.match(scene.passive[1], ['a', { reason: 'no answer' }])
  scene.clock.advance(999)
  t.same(scene.asked(), ['b'], 'a second from the last one')
  t.ok(await scene.changesBy(() => scene.clock.advance(1)))
  t.same(scene.asked(), ['a', 'b'])
  t.equal(scene.clock.timers, 0)
  scene.kernel.counted(1, 'given', 2)
  scene.kernel.counted(1, 'refused', 2)
  await scene.service.look()
  t.equal(scene.passive.length, 2)
  scene.kernel.counted(1, 'given', 1)
  await scene.service.look()
  t.same(scene.passive[2], ['a', { kind: 'pass' }])
  t.equal(scene.service.awaitsCounts, false)
  t.equal(scene.service.stats().backends[0]?.connectErrors['ETIMEDOUT'], 1)
  await scene.service.refused(refusalBy(77, 'tcp'))
  t.equal(scene.passive.length, 3, 'a number that nobody knows')
})

t.test('a client that takes back its first packet has nobody blamed', async t => {
  const scene = new Scene(t)
  scene.publish([seen(at('a')), seen(at('b'))])
  const event = refusalBy(1, 'tcp')
  scene.kernel.counted(1, 'given', 3)
  scene.kernel.counted(1, 'clientAborted', 1)
  await scene.service.refused(event)
  t.same(scene.passive, [])
  scene.kernel.counted(1, 'refused', 2)
  await Promise.all([
    scene.service.refused(event),
    scene.service.refused(event),
    scene.service.refused(event),
  ])
  t.equal(scene.passive.length, 2, 'as many as the backend refused')
})

t.test('the only backend is asked even if it is shunned', async t => {
  const scene = new Scene(t)
  scene.publish([seen(at('a')), seen(at('b', { backup: true }))])
  const event = refusalBy(1, 'udp')
  await scene.service.refused(event)
  t.same(scene.asked(), ['a'])
  t.match(scene.passive, [['a', { reason: 'datagram refused' }]])
  t.same(scene.kernel.takeDeleted(), ['-D -f ipv4 -m 0x0024001b/0xffffffff'])
})

t.test('who refuses with an old number is not blamed', async t => {
  const scene = new Scene(t)
  scene.publish([seen(at('a'))])
  scene.publish([seen(at('a', { endpoint: destination(7).endpoint }))])
  await scene.service.refused({ ...refusalBy(1, 'tcp'), what: 'timeout' })
  t.same(scene.passive, [])
  t.equal(scene.service.awaitsCounts, false)
  t.equal(scene.clock.timers, 0)
})

t.test('slots are kept while one backend is left, and never lead to a forgotten number', async t => {
  const scene = new Scene(t, { balance: 'ip-hash' })
  scene.publish([seen(at('a')), seen(at('b'))])
  const choice = () => scene.service.rules().choices[4]
  const both = choice()
  t.match(both, { kind: 'slots', shares: [{ number: 1 }, { number: 2 }] })
  scene.publish([seen(at('a')), seen(at('b'), revoked('backend-down'))])
  const alone = choice()
  t.match(alone, { kind: 'slots', shares: [{ number: 1, parts: 1024 }] })
  t.equal(alone.kind === 'slots' && both.kind === 'slots' && alone.first === both.first, true)
  t.equal(scene.service.ownerOf(4, 0), 'a')
  await scene.settle()
  await scene.service.look()
  t.same(scene.destinations, [
    [1, '10.0.0.1'],
    [3, '10.0.0.2'],
  ])
  const present = rulesetOf(scene.service.rules()).objects.get('present4')
  t.same(present && 'elements' in present && [...(present.elements ?? [])], [[hex(markOf(MARK, 1)), '']])
  scene.publish([seen(at('a'), DOWN), seen(at('b'), DOWN)])
  t.match(choice(), { kind: 'slots', shares: [] })
  scene.publish([seen(at('a')), seen(at('b'))])
  const back = choice()
  const [first, before] = [back, both].map(each => (each.kind === 'slots' ? each.first : []))
  t.same(
    first,
    before?.map(number => (number === 2 ? 3 : number)),
    'they come back as they were',
  )
  t.equal(first?.length, SLOTS)
  t.equal(scene.service.ownerOf(4, 5), first?.[5] === 1 ? 'a' : 'b')
})

t.test('what a service is told stands in its rules', async t => {
  const scene = new Scene(t, {
    access: { allow: [{ family: 4, address: '10.0.0.0', prefix: 8 }], deny: [] },
    maxConnections: 7,
    maxUdpSessions: 8,
    maxConnectionsPerClient: 9,
    connectionRatePerClient: { count: 3, per: 'second' },
    idleTimeout: 5000,
    passive: false,
  })
  const told = scene.service.service
  t.match(scene.service.rules(), {
    service: 'db',
    mark: MARK,
    entrances: [ANY_TCP],
    denied: { 4: ['0.0.0.0-9.255.255.255', '11.0.0.0-255.255.255.255'] },
    maxConnections: 7,
    maxUdpSessions: 8,
    maxConnectionsPerClient: 9,
    connectionRatePerClient: { count: 3, per: 'second' },
    source: { kind: 'masquerade' },
    timeouts: { connect: 3000, idle: 5000, fin: 30_000, udpIdle: 60_000 },
    tellsRefusals: false,
  })
  scene.service.reconfigure({ ...told, sendSource: '10.0.0.9' }, [])
  t.match(scene.service.rules(), { entrances: [], source: { kind: 'address', address: '10.0.0.9' } })
  scene.service.reconfigure({ ...told, preserveSource: true }, [])
  t.match(scene.service.rules(), { source: { kind: 'client' } })
  t.equal(scene.service.table, 'evenkeel_db')
})

t.test('goes back to the configuration that it had', async t => {
  const scene = new Scene(t)
  scene.publish([seen(at('a')), seen(at('b'))])
  scene.service.rules()
  const before = scene.service.service
  const restore = scene.service.state()
  scene.service.reconfigure({ ...before, balance: 'ip-hash' }, [])
  t.equal(scene.service.rules().choices[4].kind, 'slots')
  restore()
  t.equal(scene.service.service, before)
  t.match(scene.service.rules(), { entrances: [ANY_TCP], choices: { 4: { kind: 'turns', ring: [1, 2] } } })
  scene.service.close()
  t.same(scene.service.rules().entrances, [])
})

t.test('takes over the numbers that an earlier process left', async t => {
  const taken = numbersOf([
    [3, '10.0.0.1 8000'],
    [5, '10.0.0.1 8000'],
    [4, '2001:db8::2 8000'],
  ])
  t.same(
    [...taken],
    [
      ['10.0.0.1:8000', 5],
      ['[2001:db8::2]:8000', 4],
    ],
    'the newest of each address',
  )
  const scene = new Scene(t, { taken, isInherited: true })
  scene.publish([seen(at('c')), seen(at('b', {}, 6)), seen(at('a'))])
  t.same(scene.destinations, [
    [6, '10.0.0.3'],
    [4, '2001:db8::2'],
    [5, '10.0.0.1'],
  ])
  t.equal(scene.service.isInherited, true)
  scene.kernel.live([[4, 2]], 6)
  await scene.service.look()
  t.equal(scene.service.active('b'), 2)
})

t.test('a look rejects when the table is not there', async t => {
  const scene = new Scene(t)
  process.env['PATH'] = '/nonexistent'
  scene.publish([seen(at('a'), DOWN)])
  scene.put()
  scene.clock.advance(1)
  await t.rejects(scene.service.look(), { code: 'ENOENT' })
  t.notOk(scene.service.isCounted('a'))
})

t.test('all flows of a backend are counted when a look began after it was closed', async t => {
  const scene = new Scene(t)
  const isCountedAfter = async (look = scene.service.look()): Promise<boolean> => {
    await look
    return scene.service.isCounted('a')
  }
  scene.publish([seen(at('a')), seen(at('b'))])
  scene.put()
  scene.clock.advance(1)
  t.notOk(await isCountedAfter(), 'more may come')

  const [drained, ready] = [
    [seen(at('a'), DOWN), seen(at('b'))],
    [seen(at('a')), seen(at('b'))],
  ]
  scene.publish(drained)
  scene.clock.advance(1)
  t.notOk(await isCountedAfter(), 'the ruleset is to follow')
  scene.service.rules()
  scene.clock.advance(1)
  const look = scene.service.look()
  scene.clock.advance(1)
  scene.service.entered()
  t.notOk(await isCountedAfter(look), 'the look began before')
  scene.clock.advance(1)
  t.ok(await isCountedAfter())
  scene.put()
  t.ok(scene.service.isCounted('a'), 'other changes do not matter')

  scene.publish(ready)
  t.notOk(scene.service.isCounted('a'), 'it is to get more')
  scene.publish(drained)
  scene.service.rules()
  scene.publish(ready)
  scene.service.entered()
  t.notOk(scene.service.isCounted('a'), 'so is it when the ruleset was late')
  scene.put()
  scene.clock.advance(1)
  t.notOk(await isCountedAfter())
  scene.publish([seen(at('b'))])
  scene.put()
  scene.clock.advance(1)
  t.notOk(await isCountedAfter(), 'one that is gone is not counted')
})

t.test('counters are read one after the other, once for all who ask meanwhile', async t => {
  const scene = new Scene(t)
  scene.publish([seen(at('a'))])
  const looks = [scene.service.look(), scene.service.look()]
  scene.kernel.counted(1, 'given', 3)
  await Promise.all([...looks, scene.service.look()])
  t.equal(scene.service.stats().backends[0]?.sessions.tcp.total, 3)
  process.env['PATH'] = '/nonexistent'
  await Promise.all([t.rejects(scene.service.look()), t.rejects(scene.service.look())])
  t.equal(scene.service.stats().backends[0]?.sessions.tcp.total, 3)
})
