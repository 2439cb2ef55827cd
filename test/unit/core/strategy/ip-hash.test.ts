import t from 'tap'
import { IpHash, rankSlots, SLOTS, slotOf } from '../../../../src/core/strategy/ip-hash.js'
import { candidate, CLIENT, everyone, type FakeCandidate } from '../../../fixtures/candidates.js'
import { seededRandom } from '../../../fixtures/seeded-random.js'
import { disturbances, surprises } from '../../../fixtures/situations.js'
import { chiSquare, tally, worstDeviation } from '../../../fixtures/statistics.js'

/** The backend of each of a list of clients. */
type Placement = readonly (string | undefined)[]

function ipHash(candidates: readonly FakeCandidate[]): IpHash<FakeCandidate> {
  const strategy = new IpHash<FakeCandidate>()
  strategy.update(candidates)
  return strategy
}

/** Backends whose names differ in nothing but the port. */
function byPort(count: number, firstPort = 20_001): FakeCandidate[] {
  return Array.from({ length: count }, (_, index) => candidate(`127.0.0.1:${firstPort + index}`))
}

/** That many addresses in a row, as the clients of one network have them. */
function addresses(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`)
}

function mapOf(strategy: IpHash<FakeCandidate>, clients: readonly string[]): Placement {
  return clients.map(address => strategy.pick({ address, port: 0 }, everyone)?.name)
}

function counts(map: Placement, candidates: readonly FakeCandidate[]): number[] {
  const shares = tally(map)
  return candidates.map(({ name }) => shares.get(name) ?? 0)
}

/** How many clients two maps send to different backends. */
function differences(one: Placement, other: Placement): number {
  return one.filter((name, index) => name !== other[index]).length + Math.abs(one.length - other.length)
}

/** One client of every slot, so that a map of them is the whole table. */
const everySlot: readonly string[] = (() => {
  const clients = new Array<string | undefined>(SLOTS).fill(undefined)
  let missing = SLOTS
  for (const address of addresses(400_000)) {
    const slot = slotOf(address)
    if (clients[slot] === undefined) missing--
    clients[slot] ??= address
    if (missing === 0) break
  }
  return clients.filter(address => address !== undefined)
})()

t.test('every slot has clients', t => {
  t.equal(everySlot.length, SLOTS)
  t.end()
})

t.test('the slot of a client is the one the kernel computes', t => {
  // Recorded from Linux 6.18: what an nftables rule `jhash ip saddr mod 16384 seed 0` stored for each address.
  const recorded: readonly (readonly [address: string, slot: number])[] = [
    ['127.0.0.1', 0x19b2],
    ['127.0.0.2', 0x2e19],
    ['10.1.2.3', 0x3291],
    ['192.168.0.1', 0x19f4],
    ['203.0.113.77', 0x0f0c],
    ['::1', 0x0f84],
    ['2001:db8::1', 0x0396],
    ['2001:db8:85a3:8d3:1319:8a2e:370:7348', 0x2776],
  ]
  for (const [address, slot] of recorded) t.equal(slotOf(address), slot, address)
  t.end()
})

t.test('clients in a row spread over the slots like chance', t => {
  for (const prefix of ['10.0.', '192.168.', '2001:db8::']) {
    const separator = prefix.includes(':') ? ':' : '.'
    const slots = addresses(50_000).map(address =>
      slotOf(prefix + address.split('.').slice(2).join(separator)),
    )
    const parts = [...tally(slots.map(slot => slot >> 8)).values()]
    t.equal(parts.length, 64)
    t.ok(chiSquare(parts) < 107, prefix) // 63 degrees of freedom, 1 in 2,000
  }
  t.end()
})

t.test(
  'a mapped address has the slot of the IPv4 address, and its port and spelling make no difference',
  t => {
    const strategy = ipHash(byPort(5))
    for (const address of addresses(1000)) {
      const plain = strategy.pick({ address, port: 1 }, everyone)
      t.equal(strategy.pick({ address: `::ffff:${address}`, port: 2 }, everyone), plain)
    }
    t.equal(slotOf('2001:DB8:0::1'), slotOf('2001:db8::1'))
    t.end()
  },
)

t.test('clients without an address, as on a unix socket, are one client', t => {
  const strategy = ipHash(byPort(5))
  const first = strategy.pick({ address: '', port: 0 }, everyone)
  t.ok(first)
  t.equal(strategy.pick({ address: '', port: 9 }, everyone), first)
  t.end()
})

t.test('shares of 1,000 and of 50,000 clients are within 20 %', t => {
  for (const size of [5, 10]) {
    const candidates = byPort(size)
    const strategy = ipHash(candidates)
    const many = counts(mapOf(strategy, addresses(50_000)), candidates)
    t.ok(worstDeviation(many) < 0.2, `${size}: ${many.join(' ')}`)
  }
  const five = byPort(5)
  const few = counts(mapOf(ipHash(five), addresses(1000)), five)
  t.ok(worstDeviation(few) < 0.2, few.join(' '))
  t.end()
})

t.test('the table is shared out like chance would, whatever the ports', t => {
  const tests = Array.from({ length: 20 }, (_, round) => {
    const candidates = byPort(10, 1000 + round * 3571)
    return chiSquare(counts(mapOf(ipHash(candidates), everySlot), candidates))
  })
  const mean = tests.reduce((total, value) => total + value) / tests.length
  t.ok(Math.max(...tests) < 33, `at most ${Math.max(...tests)}`) // 9 degrees of freedom, 1 in 8,000
  t.ok(mean > 5 && mean < 13, `${mean} on average, 9 is the mean of chance`)
  t.end()
})

t.test('shares follow the weights', t => {
  for (const weights of [
    [1, 2],
    [2, 1],
    [1, 2, 5, 2],
    [256, 128],
  ]) {
    const candidates = byPort(weights.length).map(({ name }, index) =>
      candidate(name, { weight: weights[index] ?? 1 }),
    )
    const shares = counts(mapOf(ipHash(candidates), everySlot), candidates)
    t.ok(chiSquare(shares, weights) < 16.3, `${weights.join(':')} -> ${shares.join(' ')}`) // 3 degrees, 1 in 1,000
  }
  t.end()
})

t.test('when a backend leaves only its clients move, and the exact map returns with it', t => {
  for (const size of [2, 5, 10]) {
    const candidates = byPort(size)
    const strategy = ipHash(candidates)
    const clients = addresses(50_000)
    const before = mapOf(strategy, clients)
    for (const leaver of candidates) {
      const rest = candidates.filter(one => one !== leaver)
      strategy.update(rest)
      const without = mapOf(strategy, clients)
      const wrong = clients.filter(
        (_, index) => (without[index] !== before[index]) !== (before[index] === leaver.name),
      )
      t.same(wrong, [], `only the clients of ${leaver.name} of ${size} move`)
      const heirs = counts(
        without.filter((_, index) => before[index] === leaver.name),
        rest,
      )
      t.ok(worstDeviation(heirs) < 0.25, `the rest shares its clients: ${heirs.join(' ')}`)
      strategy.update(candidates)
      t.equal(differences(mapOf(strategy, clients), before), 0, 'the map returns')
    }
  }
  t.end()
})

t.test('a new backend takes clients, and no client moves between the old ones', t => {
  const candidates = byPort(5)
  const strategy = ipHash(candidates.slice(0, 4))
  const before = mapOf(strategy, everySlot)
  strategy.update(candidates)
  const after = mapOf(strategy, everySlot)
  const newcomer = candidates[4]?.name
  t.notOk(after.some((name, index) => name !== before[index] && name !== newcomer))
  t.ok(Math.abs(after.filter(name => name === newcomer).length / SLOTS - 0.2) < 0.02)
  t.end()
})

t.test('a weight that changes moves clients to or from that backend only', t => {
  const [first = candidate(''), ...rest] = byPort(5)
  const heavy = { ...first, weight: 3 }
  const strategy = ipHash([first, ...rest])
  const light = mapOf(strategy, everySlot)
  strategy.update([heavy, ...rest])
  const weighty = mapOf(strategy, everySlot)
  t.notOk(weighty.some((name, index) => name !== light[index] && name !== first.name))
  t.ok(chiSquare(counts(weighty, [heavy, ...rest]), [3, 1, 1, 1, 1]) < 18.5) // 4 degrees of freedom, 1 in 1,000
  strategy.update([first, ...rest])
  t.equal(differences(mapOf(strategy, everySlot), light), 0)
  t.end()
})

t.test('the map depends on names and weights alone, not on order or history', t => {
  const random = seededRandom(7)
  const shuffled = <T>(list: readonly T[]): T[] =>
    list
      .map(item => [random(), item] as const)
      .sort(([a], [b]) => a - b)
      .map(([, item]) => item)
  const final = byPort(6).map(({ name }, index) => candidate(name, { weight: 1 + (index % 3) }))
  const expected = mapOf(ipHash(final), everySlot)
  t.equal(differences(mapOf(ipHash(shuffled(final)), everySlot), expected), 0, 'another order')
  const strategy = new IpHash<FakeCandidate>()
  for (let round = 0; round < 30; round++) {
    const some = shuffled([...final, ...byPort(4, 30_000)]).filter(() => random() < 0.6)
    strategy.update(some.map(({ name }) => candidate(name, { weight: 1 + Math.floor(random() * 4) })))
  }
  strategy.update(shuffled(final))
  t.equal(differences(mapOf(strategy, everySlot), expected), 0, 'after a long history')
  t.end()
})

t.test('the map is the one it always was', t => {
  const strategy = ipHash([candidate('a'), candidate('b', { weight: 2 }), candidate('c')])
  const map = mapOf(strategy, addresses(64)).join('')
  t.equal(map, 'babcabbaabbbcaccaabacaaaacbbcccacbcbacbbbcbbacabbbbcabacbbcbcbac')
  t.end()
})

t.test('a slow start does not move anyone', t => {
  const candidates = byPort(3)
  const strategy = ipHash(candidates)
  const before = mapOf(strategy, everySlot)
  strategy.update(candidates.map(one => ({ ...one, effectiveWeight: 0.1 })))
  t.equal(differences(mapOf(strategy, everySlot), before), 0)
  t.end()
})

t.test('who may not go to its backend goes where it would if that one had left', t => {
  const candidates = byPort(4)
  const [leaver = candidate(''), ...rest] = candidates
  const strategy = ipHash(candidates)
  const without = mapOf(ipHash(rest), everySlot)
  const picks = everySlot.map(address => strategy.pick({ address, port: 0 }, one => one !== leaver)?.name)
  t.equal(differences(picks, without), 0)
  t.equal(
    strategy.pick({ address: '10.0.0.1', port: 0 }, () => false),
    undefined,
  )
  t.end()
})

t.test('picks the object of the last update', t => {
  const strategy = ipHash([candidate('a')])
  const anew = candidate('a')
  strategy.update([anew])
  t.equal(strategy.pick({ address: '10.0.0.1', port: 0 }, everyone), anew)
  t.end()
})

t.test('picks nobody when there is nobody, before and after', t => {
  const strategy = new IpHash<FakeCandidate>()
  t.equal(strategy.pick({ address: '10.0.0.1', port: 0 }, everyone), undefined)
  strategy.update([candidate('a')])
  strategy.update([])
  t.equal(strategy.pick({ address: '10.0.0.1', port: 0 }, everyone), undefined)
  strategy.update([candidate('b')])
  t.equal(strategy.pick({ address: '10.0.0.1', port: 0 }, everyone)?.name, 'b')
  t.end()
})

t.test('a preview is the next pick', t => {
  const { wrong, nobody } = surprises(new IpHash(), 500)
  t.equal(wrong, 0)
  t.ok(nobody > 0 && nobody < 250, `${nobody} had nobody to pick`)
  t.end()
})

t.test('a preview changes nothing', t => {
  t.equal(disturbances(new IpHash(), new IpHash()), 0)
  t.end()
})

t.test('a preview tells the slot of the client, and the highest score in it wins', t => {
  const candidates = byPort(4)
  const strategy = ipHash(candidates)
  for (const address of addresses(300)) {
    const client = { address, port: 0 }
    const preview = strategy.preview(client, everyone)
    const highest = Math.max(...candidates.map(one => preview.score(one)))
    if (preview.picked === undefined || preview.score(preview.picked) !== highest) t.fail(address)
    if (!preview.rule.includes(`slot ${slotOf(address)} of 16384`)) t.fail(preview.rule)
  }
  const { score, picked } = strategy.preview(CLIENT, one => one !== strategy.pick(CLIENT, everyone))
  t.not(picked, strategy.pick(CLIENT, everyone))
  t.equal(score(candidate('nobody')), 0)
  t.end()
})

t.test('ranks of slots are whom a client of each gets, and gets when that one has left', t => {
  for (const candidates of [
    byPort(2),
    byPort(7),
    [1, 256, 3, 3].map((weight, index) => candidate(`b${index}`, { weight, effectiveWeight: 0.1 })),
  ]) {
    const strategy = ipHash(candidates)
    const { first, second } = rankSlots(candidates)
    let wrong = 0
    for (const address of everySlot) {
      const client = { address, port: 0 }
      const slot = slotOf(address)
      const owner = strategy.pick(client, everyone)
      const heir = strategy.pick(client, one => one !== owner)
      if (candidates[Number(first[slot])] !== owner || candidates[Number(second[slot])] !== heir) wrong++
    }
    t.equal(wrong, 0, `of ${candidates.length}`)
  }
  t.end()
})

t.test('ranks do not depend on the order of candidates', t => {
  const candidates = byPort(5)
  const turned = [...candidates].reverse()
  const [one, other] = [rankSlots(candidates), rankSlots(turned)]
  for (const rank of ['first', 'second'] as const) {
    const owners = (ranks: Int32Array, from: readonly FakeCandidate[]) =>
      Array.from(ranks, index => from[index]?.name).join()
    t.ok(owners(one[rank], candidates) === owners(other[rank], turned), rank)
  }
  t.end()
})

t.test('slots without an owner or an heir say so', t => {
  const [none, alone] = [rankSlots([]), rankSlots(byPort(1))]
  t.same(new Set(none.first), new Set([-1]))
  t.same(new Set(none.second), new Set([-1]))
  t.same(new Set(alone.first), new Set([0]))
  t.same(new Set(alone.second), new Set([-1]))
  t.equal(alone.first.length, SLOTS)
  t.end()
})
