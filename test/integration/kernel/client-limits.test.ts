import t from 'tap'
import { balance, idsOf, network, targetOf, within } from '../../fixtures/balanced-network.js'
import { UNPROBED } from '../../fixtures/balanced-tcp.js'
import { needsRoutedNetwork } from '../../fixtures/routed-network.js'

const LIMIT = 3
const EACH = 5
const RATE = 10

t.test('--max-connections-per-client', { skip: needsRoutedNetwork() }, async t => {
  const { net, client, backends } = await network(t, ['a', 'b'])
  const options = [...UNPROBED, '--max-connections-per-client', `${LIMIT}`]
  const evenkeel = await balance(t, net, backends, options, { protocols: ['tcp', 'udp'] })
  const [one = '', other = ''] = net.sources(2)
  const sources = [...Array<string>(EACH).fill(one), ...Array<string>(EACH).fill(other)]
  const opened = await client.do('open', { ...targetOf(net), count: 2 * EACH, sources })
  for (const [name, part] of [
    ['one', opened.slice(0, EACH)],
    ['the other', opened.slice(EACH)],
  ] as const) {
    t.equal(part.filter(({ outcome }) => outcome === 'open').length, LIMIT, `${name} has as many as it may`)
  }
  const surplus = 2 * (EACH - LIMIT)
  const refused = () => evenkeel.metric('evenkeel_refused_total', { protocol: 'tcp', reason: 'client-limit' })
  t.equal(await within(2000, refused, count => count === surplus), surplus)

  const ids = (await client.do('openUdp', { sources: [one] })).map(({ id }) => id)
  const ask = async () => (await client.do('askUdp', { ids, ...targetOf(net), withinMs: 300 }))[0]
  t.equal(await ask(), null, 'a UDP session counts as a connection')
  const ofOne = opened.slice(0, EACH).filter(({ outcome }) => outcome === 'open')
  await client.do('leave', { ids: idsOf(ofOne), how: 'end' })
  t.ok(await within(5000, ask, reply => reply !== null), 'places are free again when sessions ended')
})

t.test('--connection-rate-per-client', { skip: needsRoutedNetwork() }, async t => {
  const { net, client, backends } = await network(t, ['a', 'b'])
  const options = [...UNPROBED, '--connection-rate-per-client', `${RATE}/s`]
  const evenkeel = await balance(t, net, backends, options)
  const [one = '', other = ''] = net.sources(2)
  const visits = (source: string, count: number) =>
    client.do('visit', {
      ...targetOf(net),
      count,
      parallel: count,
      sources: Array<string>(count).fill(source),
    })
  const startedAt = performance.now()
  const burst = await visits(one, 3 * RATE)
  const seconds = (performance.now() - startedAt) / 1000
  const served = burst.filter(({ name }) => name !== '').length
  t.ok(
    served >= RATE && served <= RATE * (1 + seconds) + 1,
    `${served} of ${3 * RATE} within ${seconds.toFixed(3)} s were served`,
  )
  const refused = () => evenkeel.metric('evenkeel_refused_total', { reason: 'rate' })
  const surplus = 3 * RATE - served
  t.equal(await within(2000, refused, count => count === surplus), surplus, 'the others are counted')
  t.ok(
    (await visits(other, RATE)).every(({ name }) => name !== ''),
    'another client has a rate of its own',
  )
  const later = await within(
    3000,
    () => visits(one, 1),
    ([visit]) => visit?.name !== '',
  )
  t.not(later[0]?.name, '', 'after a while it is served again')
})
