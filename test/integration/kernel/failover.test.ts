import t from 'tap'
import { allUp, balance, idsOf, network, tallied, targetOf, within } from '../../fixtures/balanced-network.js'
import { PROBED } from '../../fixtures/balanced-tcp.js'
import { watchForLeaks } from '../../fixtures/evenkeel.js'
import { needsRoutedNetwork } from '../../fixtures/routed-network.js'

const SESSIONS = 14

for (const closeOn of ['dead', 'none']) {
  t.test(`--close-on ${closeOn}, when a host goes silent`, { skip: needsRoutedNetwork() }, async t => {
    const { net, client, backends } = await network(t, ['a', 'b'])
    const [a] = backends
    const evenkeel = await balance(t, net, backends, [...PROBED, '--close-on', closeOn])
    await allUp(evenkeel, backends)
    const opened = await client.do('open', { ...targetOf(net), count: SESSIONS })
    t.same(tallied(opened), { a: SESSIONS / 2, b: SESSIONS / 2 })

    const before = evenkeel.events.length
    // Its host is gone without a word: nobody but the balancer can tell the clients.
    net.backends.silence(a?.host ?? '')
    await evenkeel.backendState('a', 'down', before)
    const visits = tallied(await client.do('visit', { ...targetOf(net), count: 10 }))
    t.same(visits, { b: 10 }, 'new ones go elsewhere')
    const living = await client.do('say', { ids: idsOf(opened, 'b'), text: 'still here' })
    t.ok(
      living.every(({ echoed }) => echoed),
      'sessions of the other backend live on',
    )

    if (closeOn === 'dead') {
      const cut = await client.do('say', { ids: idsOf(opened, 'a'), text: 'hello?', withinMs: 1000 })
      t.ok(
        cut.every(({ echoed, outcome }) => !echoed && outcome === 'reset'),
        'the next segment of each other is answered by a reset',
        { cut },
      )
      const closed = () => evenkeel.metric('evenkeel_sessions_closed_total', { reason: 'backend-down' })
      t.equal(await within(1000, closed, count => count === SESSIONS / 2), SESSIONS / 2)
      t.equal(await evenkeel.metric('evenkeel_sessions_active', { backend: 'a' }), 0)
    } else {
      net.backends.heal()
      const others = await client.do('say', { ids: idsOf(opened, 'a'), text: 'still here' })
      t.ok(
        others.every(({ echoed }) => echoed),
        'and so do those of the host that was silent',
      )
    }
    await client.do('leave', { ids: idsOf(opened), how: 'end' })
    await watchForLeaks(t, evenkeel)()
  })
}

t.test('a backup takes over, and gives back', { skip: needsRoutedNetwork() }, async t => {
  const { net, client, backends } = await network(t, ['primary', 'backup'])
  const specs = backends.map(({ name, spec }) => ({ spec: name === 'backup' ? `${spec},backup` : spec }))
  const evenkeel = await balance(t, net, specs, PROBED)
  await allUp(evenkeel, backends)
  const visit = { ...targetOf(net), count: 10 }
  t.same(tallied(await client.do('visit', visit)), { primary: 10 })

  const before = evenkeel.events.length
  await backends[0]?.kill()
  await evenkeel.event('failover', ({ to }) => to === 'backup')
  t.same(tallied(await client.do('visit', visit)), { backup: 10 }, 'as soon as it is told')

  const kept = await client.do('open', { ...targetOf(net), count: 5 })
  await backends[0]?.restart()
  await evenkeel.backendState('primary', 'up', before)
  await evenkeel.event('failover', ({ from, to }) => from === 'backup' && to === 'primary')
  t.same(tallied(await client.do('visit', visit)), { primary: 10 })
  const living = await client.do('say', { ids: idsOf(kept), text: 'still here' })
  t.ok(
    living.every(({ echoed }) => echoed),
    'sessions of the backup live on',
  )
})
