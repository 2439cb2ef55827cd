import t from 'tap'
import { balance, network, targetOf, within } from '../../fixtures/balanced-network.js'
import { UNPROBED } from '../../fixtures/balanced-tcp.js'
import { needsRoutedNetwork } from '../../fixtures/routed-network.js'

const CLIENTS = 5

t.test('--deny', { skip: needsRoutedNetwork() }, async t => {
  const { net, client, backends } = await network(t, ['a'])
  const options = [...UNPROBED, '--deny', net.sourceNetwork]
  const evenkeel = await balance(t, net, backends, options, { protocols: ['tcp', 'udp'] })
  const sources = [...net.sources(CLIENTS)]
  const denied = await client.do('visit', { ...targetOf(net), count: CLIENTS, sources })
  t.ok(
    denied.every(({ outcome }) => outcome === 'reset' || outcome === 'refused'),
    'those of the network are turned away',
  )
  const refused = () => evenkeel.metric('evenkeel_refused_total', { protocol: 'tcp', reason: 'denied' })
  t.equal(await within(2000, refused, count => count === CLIENTS), CLIENTS)
  t.match(await client.do('visit', targetOf(net)), [{ name: 'a' }], 'others are served')

  const ids = (await client.do('openUdp', { count: CLIENTS, sources })).map(({ id }) => id)
  const replies = await client.do('askUdp', { ids, ...targetOf(net), withinMs: 300 })
  t.same(replies, Array(CLIENTS).fill(null), 'and so are their datagrams')
  const others = (await client.do('openUdp', {})).map(({ id }) => id)
  t.match(await client.do('askUdp', { ids: others, ...targetOf(net) }), [{ name: 'a' }])
})

t.test('--allow, and the most specific entry', { skip: needsRoutedNetwork() }, async t => {
  const { net, client, backends } = await network(t, ['a'])
  const [denied = '', ...allowed] = net.sources(CLIENTS)
  const options = [...UNPROBED, '--allow', net.sourceNetwork, '--deny', `${denied}/32`]
  await balance(t, net, backends, options)
  const visit = async (sources: string[]) =>
    (await client.do('visit', { ...targetOf(net), count: sources.length, sources })).map(({ name }) => name)
  t.same(
    await visit(allowed),
    allowed.map(() => 'a'),
  )
  t.same(await visit([denied]), [''], 'the most specific entry decides')
  t.same(await visit([net.clientHost()]), [''], 'with any allow entry, what matches nothing is denied')
})

t.test('--deny of IPv6 clients', { skip: needsRoutedNetwork() }, async t => {
  const { net, client, backends } = await network(t, ['a'], { family: 6 })
  const options = [...UNPROBED, '--deny', `${net.clientHost(6)}/128`]
  await balance(t, net, backends, options, { family: 6 })
  t.match(await client.do('visit', targetOf(net, 6)), [{ name: '' }])
})
