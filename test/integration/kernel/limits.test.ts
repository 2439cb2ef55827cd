import t from 'tap'
import { balance, idsOf, network, tallied, targetOf, within } from '../../fixtures/balanced-network.js'
import { UNPROBED } from '../../fixtures/balanced-tcp.js'
import { watchForLeaks } from '../../fixtures/evenkeel.js'
import { needsRoutedNetwork } from '../../fixtures/routed-network.js'

const LIMIT = 10
const CLIENTS = 15

t.test('--max-connections', { skip: needsRoutedNetwork() }, async t => {
  const { net, client, backends } = await network(t, ['a', 'b'])
  const evenkeel = await balance(t, net, backends, [...UNPROBED, '--max-connections', `${LIMIT}`])
  const noLeaks = watchForLeaks(t, evenkeel)
  const opened = await client.do('open', { ...targetOf(net), count: CLIENTS })
  const inside = opened.filter(({ outcome }) => outcome === 'open')
  const outside = opened.filter(({ outcome }) => outcome === 'reset' || outcome === 'refused')
  t.equal(inside.length, LIMIT, 'never more than the limit')
  t.equal(outside.length, CLIENTS - LIMIT, 'the surplus is turned away')
  const refused = () => evenkeel.metric('evenkeel_refused_total', { reason: 'limit' })
  t.equal(await within(2000, refused, count => count === CLIENTS - LIMIT), CLIENTS - LIMIT, 'and counted')
  const active = () => evenkeel.metric('evenkeel_sessions_active')
  t.equal(await within(2000, active, count => count === LIMIT), LIMIT)

  await client.do('leave', { ids: idsOf(inside), how: 'end' })
  await noLeaks()
  const again = await client.do('open', { ...targetOf(net), count: LIMIT })
  t.same(tallied(again), { a: LIMIT / 2, b: LIMIT / 2 }, 'slots are reusable')
  await client.do('leave', { ids: idsOf(again), how: 'abort' })
  await noLeaks()
  const third = await client.do('open', { ...targetOf(net), count: LIMIT })
  t.ok(
    third.every(({ outcome }) => outcome === 'open'),
    'also after clients that broke off',
  )
})

t.test('--max-udp-sessions', { skip: needsRoutedNetwork() }, async t => {
  const { net, client, backends } = await network(t, ['a', 'b'])
  const options = ['--max-udp-sessions', `${LIMIT}`, '--udp-idle-timeout', '2s']
  const evenkeel = await balance(t, net, backends, options, { protocols: ['udp'] })
  const ids = (await client.do('openUdp', { count: CLIENTS })).map(({ id }) => id)
  const ask = () => client.do('askUdp', { ids, ...targetOf(net), withinMs: 300 })
  const first = await ask()
  t.equal(first.filter(reply => reply !== null).length, LIMIT, 'never more than the limit')
  const second = await ask()
  t.same(
    second.map(reply => reply?.name),
    first.map(reply => reply?.name),
    'live sessions are not given up for others',
  )
  const dropped = () => evenkeel.metric('evenkeel_datagrams_dropped_total', { reason: 'limit' })
  const expected = 2 * (CLIENTS - LIMIT)
  t.equal(await within(2000, dropped, count => count === expected), expected, 'the others are counted')

  const late = ids.filter((_, index) => first[index] === null)
  const replies = await within(
    6000,
    () => client.do('askUdp', { ids: late, ...targetOf(net), withinMs: 300 }),
    replies => replies.every(reply => reply !== null),
  )
  t.ok(
    replies.every(reply => reply !== null),
    'places are free again when sessions were idle',
  )
})
