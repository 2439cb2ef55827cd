import t from 'tap'
import { allUp, balance, network, targetOf, within } from '../../fixtures/balanced-network.js'
import { loggedAt, PROBED, transitions, UP } from '../../fixtures/balanced-tcp.js'
import { watchForLeaks } from '../../fixtures/evenkeel.js'
import { quickest } from '../../fixtures/quickest.js'
import { needsRoutedNetwork } from '../../fixtures/routed-network.js'

const CLIENTS = 20

t.test('all down, then back: TCP', { skip: needsRoutedNetwork() }, async t => {
  const { net, client, backends } = await network(t, ['a', 'b'])
  const [first] = backends
  for (const backend of backends) await backend.kill()
  const evenkeel = await balance(t, net, backends, PROBED)
  const noLeaks = watchForLeaks(t, evenkeel)
  await evenkeel.event('failover', ({ to }) => to === 'none')
  t.equal((await evenkeel.get('/readyz')).status, 503)

  let rounds = 0
  const slowest = await quickest(150, async () => {
    rounds++
    const visits = await client.do('visit', { ...targetOf(net), count: CLIENTS, parallel: CLIENTS })
    t.ok(
      visits.every(({ name, outcome }) => name === '' && (outcome === 'reset' || outcome === 'refused')),
      'all are turned away',
    )
    return Math.max(...visits.map(({ ms }) => ms))
  })
  t.ok(slowest < 150, `the slowest refusal took ${slowest.toFixed()} ms`)
  const refused = () => evenkeel.metric('evenkeel_refused_total', { protocol: 'tcp', reason: 'no-backend' })
  const counted = await within(2000, refused, count => count === rounds * CLIENTS)
  t.equal(counted, rounds * CLIENTS, 'and counted, once each')

  const startedAt = (await first?.restart()) ?? 0
  const back = await evenkeel.backendState('a', 'up')
  t.ok(loggedAt(back) - startedAt <= UP, `up within UP, after ${loggedAt(back) - startedAt} ms`)
  const [visit] = await within(
    500,
    () => client.do('visit', targetOf(net)),
    ([visit]) => visit?.name === 'a',
  )
  t.match(visit, { name: 'a', outcome: 'open' }, 'served again')
  t.equal((await evenkeel.get('/readyz')).status, 200)
  t.same(transitions(evenkeel, 'a'), ['unknown-down', 'down-up'])
  t.same(transitions(evenkeel), ['primary-none', 'none-primary'])
  await noLeaks()
})

t.test('all down, then back: UDP', { skip: needsRoutedNetwork() }, async t => {
  const { net, client, backends } = await network(t, ['a'])
  const probe = ['--probe', 'udp,send=ping,expect=ping', ...PROBED]
  const evenkeel = await balance(t, net, backends, probe, { protocols: ['udp'] })
  await allUp(evenkeel, backends)
  const ids = (await client.do('openUdp', { port: 40_000 })).map(({ id }) => id)
  const ask = () => client.do('askUdp', { ids, ...targetOf(net), withinMs: 100 })
  t.match(await ask(), [{ name: 'a' }])

  const before = evenkeel.events.length
  await backends[0]?.kill()
  await evenkeel.event('failover', ({ to }) => to === 'none')
  const dropped = () => evenkeel.metric('evenkeel_datagrams_dropped_total', { reason: 'no-backend' })
  const start = await dropped()
  for (let count = 0; count < 5; count++) t.same(await ask(), [null])
  const counted = await within(2000, dropped, count => count >= start + 5)
  t.equal(counted, start + 5, 'each datagram is counted')

  await backends[0]?.restart()
  await evenkeel.backendState('a', 'up', before)
  const [reply] = await within(1000, ask, ([reply]) => reply !== null)
  t.match(reply, { name: 'a' }, 'the same client is served again')
})
