import t from 'tap'
import { balance, network, setBackend, targetOf, within } from '../../fixtures/balanced-network.js'
import { UNPROBED } from '../../fixtures/balanced-tcp.js'
import { needsRoutedNetwork } from '../../fixtures/routed-network.js'
import { sum } from '../../fixtures/statistics.js'

/** Many, since rules that are replaced carelessly lose no more than a connection in hundreds of times. */
const UPDATES = 200
/** However fast they are, there are to be ports for all of them: those that are over keep theirs for a minute. */
const MOST_CONNECTIONS = 90_000
const LEAST_UPDATES = 30
const IN_FLIGHT = 64
/** How many connections pass between two updates. */
const BETWEEN = 100

t.test('no connection fails while the rules are replaced', { skip: needsRoutedNetwork() }, async t => {
  const { net, client, backends } = await network(t, ['a', 'b', 'c'], { brief: true })
  const evenkeel = await balance(t, net, backends, UNPROBED)
  const sources = [...net.sources(500)]
  await client.do('startLoad', { ...targetOf(net), inFlight: IN_FLIGHT, sources })
  const startedAt = performance.now()
  const soFar = async (): Promise<number> => sum(Object.values(await client.do('loadSoFar')))

  let updates = 0
  for (; updates < UPDATES && (await soFar()) < MOST_CONNECTIONS; updates++) {
    const target = (await soFar()) + BETWEEN
    await within(5000, soFar, total => total >= target)
    const name = backends[Math.floor(updates / 2) % backends.length]?.name ?? ''
    const change =
      updates % 4 < 2 ? { weight: 1 + (updates % 5) } : { state: updates % 2 === 0 ? 'drain' : 'ready' }
    await setBackend(evenkeel, name, change)
  }
  const counts = await client.do('stopLoad')
  const connections = sum(Object.values(counts))
  const perSecond = connections / ((performance.now() - startedAt) / 1000)
  t.comment(`${updates} updates, ${connections} connections, ${perSecond.toFixed()} a second`)
  t.ok(updates >= LEAST_UPDATES, `${updates} updates`)
  t.ok(connections >= updates * BETWEEN, `${connections} connections`)
  t.same(Object.keys(counts).sort(), ['a', 'b', 'c'], 'all were served', { counts })
})

t.test('no datagram is lost while the rules are replaced', { skip: needsRoutedNetwork() }, async t => {
  const { net, client, backends } = await network(t, ['a', 'b'])
  const evenkeel = await balance(t, net, backends, [], { protocols: ['udp'] })
  const [{ id } = { id: 0 }] = await client.do('openUdp', {})
  await client.do('startStream', { id, everyMs: 5, ...targetOf(net) })
  const streamed = () => client.do('streamed', { id })
  for (let count = 0; count < UPDATES; count++) {
    const target = (await streamed()).replies.length + 2
    await within(3000, streamed, ({ replies }) => replies.length >= target)
    await setBackend(evenkeel, count % 2 === 0 ? 'a' : 'b', { weight: 1 + (count % 7) })
  }
  await client.do('stopStream', { id })
  const { sent, replies } = await within(1000, streamed, ({ sent, replies }) => replies.length === sent)
  t.equal(replies.length, sent, 'each was answered')
  t.equal(
    new Set(replies.map(({ name, port }) => `${name} ${port}`)).size,
    1,
    'by one backend, from one port',
  )
})
