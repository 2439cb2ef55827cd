import t from 'tap'
import { allUp, balance, network, targetOf } from '../../fixtures/balanced-network.js'
import { PROBED, UNPROBED } from '../../fixtures/balanced-tcp.js'
import type { FarClient } from '../../fixtures/far-client.js'
import { kernelOnly, needsRoutedNetwork, type RoutedNetwork } from '../../fixtures/routed-network.js'
import { tally, worstDeviation } from '../../fixtures/statistics.js'

const NAMES = ['ann', 'bob', 'cid', 'dot', 'eve']
/** So many that chance, which gives them their addresses, makes no share differ by a fifth. */
const CLIENTS = 3000
const IP_HASH = ['--balance', 'ip-hash']

/** Which backend each of the clients gets. */
async function map(net: RoutedNetwork, client: FarClient): Promise<readonly string[]> {
  const sources = [...net.sources(CLIENTS)]
  const visits = { ...targetOf(net), count: CLIENTS, parallel: 32, sources }
  return (await client.do('visit', visits)).map(({ name, outcome }) => name || outcome)
}

t.test('ip-hash', { skip: needsRoutedNetwork() }, async t => {
  const { net, client, backends } = await network(t, NAMES)
  const evenkeel = await balance(t, net, backends, [...PROBED, ...IP_HASH])
  await allUp(evenkeel, backends)
  const before = await map(net, client)
  t.same(await map(net, client), before, 'one backend for each address')
  const counts = tally(before)
  t.same([...counts.keys()].sort(), NAMES)
  t.ok(worstDeviation([...counts.values()]) < 0.2, `shares ${[...counts.values()].join()}`)

  const bob = backends.find(({ name }) => name === 'bob')
  const events = evenkeel.events.length
  await bob?.kill()
  await evenkeel.backendState('bob', 'down', events)
  const without = await map(net, client)
  const stayed = before.filter(name => name !== 'bob')
  t.same(
    without.filter((_, index) => before[index] !== 'bob'),
    stayed,
    'only its clients move',
  )
  const heirs = tally(without.filter((_, index) => before[index] === 'bob'))
  t.same([...heirs.keys()].sort(), ['ann', 'cid', 'dot', 'eve'], 'and to all the others')

  await bob?.restart()
  await evenkeel.backendState('bob', 'up', events)
  t.same(await map(net, client), before, 'the exact map returns')
})

t.test(
  'ip-hash gives a client the same backend for UDP as for TCP',
  { skip: needsRoutedNetwork() },
  async t => {
    const { net, client, backends } = await network(t, NAMES)
    await balance(t, net, backends, [...UNPROBED, ...IP_HASH], { protocols: ['tcp', 'udp'] })
    const sources = [...net.sources(200)]
    const visits = await client.do('visit', { ...targetOf(net), count: 200, parallel: 32, sources })
    const ids = (await client.do('openUdp', { count: 200, sources })).map(({ id }) => id)
    const replies = await client.do('askUdp', { ids, ...targetOf(net) })
    t.same(
      replies.map(reply => reply?.name),
      visits.map(({ name }) => name),
    )
  },
)

t.test('ip-hash of IPv6 clients', { skip: needsRoutedNetwork() }, async t => {
  const { net, client, backends } = await network(t, NAMES, { family: 6 })
  await balance(t, net, backends, [...UNPROBED, ...IP_HASH], { family: 6 })
  const names = (await client.do('visit', { ...targetOf(net, 6), count: 30 })).map(({ name }) => name)
  t.equal(new Set(names).size, 1, 'one client has one backend')
  t.ok(NAMES.includes(names[0] ?? ''))
})

t.test(
  'ip-hash: the map is that of the other data path',
  { skip: needsRoutedNetwork() || kernelOnly },
  async t => {
    const { net, client, backends } = await network(t, NAMES)
    const weights = backends.map(({ spec }, index) => ({ spec: `${spec},weight=${index + 1}` }))
    const maps: (readonly string[])[] = []
    for (const datapath of ['userspace', 'kernel']) {
      await t.test(datapath, async t => {
        const options = [...UNPROBED, ...IP_HASH, '--datapath', datapath]
        const evenkeel = await balance(t, net, weights, options)
        maps.push(await map(net, client))
        evenkeel.signal('SIGTERM')
        t.match(await evenkeel.exit(), { code: 0 })
      })
    }
    t.same(maps[1], maps[0])
  },
)
