import t, { type Test } from 'tap'
import {
  balance,
  idsOf,
  network,
  setBackend,
  tallied,
  targetOf,
  within,
} from '../../fixtures/balanced-network.js'
import { UNPROBED } from '../../fixtures/balanced-tcp.js'
import { watchForLeaks } from '../../fixtures/evenkeel.js'
import { needsRoutedNetwork } from '../../fixtures/routed-network.js'

const SESSIONS = 10

/** Two backends with half of the sessions each. */
async function scene(t: Test, options: readonly string[] = []) {
  const { net, client, backends } = await network(t, ['a', 'b'])
  const evenkeel = await balance(t, net, backends, [...UNPROBED, ...options])
  const opened = await client.do('open', { ...targetOf(net), count: SESSIONS })
  t.same(tallied(opened), { a: SESSIONS / 2, b: SESSIONS / 2 })
  const visits = async () => tallied(await client.do('visit', { ...targetOf(net), count: SESSIONS }))
  const echoed = async (name: string) => {
    const said = await client.do('say', { ids: idsOf(opened, name), text: 'still here', withinMs: 1000 })
    return said.filter(({ echoed }) => echoed).length
  }
  /** The sessions of `a` are reset and counted as that, and no others. */
  const onlyCut = async (reason: string) => {
    const cut = await client.do('say', { ids: idsOf(opened, 'a'), text: 'hello?', withinMs: 1000 })
    t.same(
      cut.map(({ outcome }) => outcome),
      Array(SESSIONS / 2).fill('reset'),
    )
    const closed = () => evenkeel.metric('evenkeel_sessions_closed_total', { reason })
    t.equal(await within(1000, closed, count => count === SESSIONS / 2), SESSIONS / 2)
    t.equal(await echoed('b'), SESSIONS / 2)
  }
  return { client, evenkeel, opened, visits, echoed, onlyCut }
}

t.test('a drain keeps sessions and takes no new ones', { skip: needsRoutedNetwork() }, async t => {
  const { client, evenkeel, opened, visits, echoed } = await scene(t)
  await setBackend(evenkeel, 'a', { state: 'drain' })
  t.same(await visits(), { b: SESSIONS }, 'at once')
  t.equal(await echoed('a'), SESSIONS / 2, 'its sessions live on')
  const active = () => evenkeel.metric('evenkeel_sessions_active', { backend: 'a' })
  t.equal(await within(1000, active, count => count === SESSIONS / 2), SESSIONS / 2)

  await client.do('leave', { ids: idsOf(opened, 'a'), how: 'end' })
  await evenkeel.event('admin', ({ action, backend }) => action === 'drained' && backend === 'a')
  await setBackend(evenkeel, 'a', { state: 'ready' })
  t.same(await visits(), { a: SESSIONS / 2, b: SESSIONS / 2 })
  await client.do('leave', { ids: idsOf(opened, 'b'), how: 'end' })
  await watchForLeaks(t, evenkeel)()
})

t.test('--close-on drain: its sessions are cut', { skip: needsRoutedNetwork() }, async t => {
  const { evenkeel, onlyCut } = await scene(t, ['--close-on', 'dead,drain'])
  await setBackend(evenkeel, 'a', { state: 'drain' })
  await onlyCut('backend-drained')
})

t.test(
  'kill-sessions cuts the sessions of a backend, and no others',
  { skip: needsRoutedNetwork() },
  async t => {
    const { evenkeel, visits, onlyCut } = await scene(t)
    const { status } = await evenkeel.change('POST', 'services/default/backends/a/kill-sessions')
    t.equal(status, 204)
    await onlyCut('killed')
    t.same(await visits(), { a: SESSIONS / 2, b: SESSIONS / 2 }, 'it goes on serving new ones')
  },
)

t.test(
  'after kill-sessions ip-hash gives a UDP client the same backend',
  { skip: needsRoutedNetwork() },
  async t => {
    const { net, client, backends } = await network(t, ['a', 'b'])
    const evenkeel = await balance(t, net, backends, ['--balance', 'ip-hash'], { protocols: ['udp'] })
    const ids = (await client.do('openUdp', { port: 40_000 })).map(({ id }) => id)
    const ask = async () => (await client.do('askUdp', { ids, ...targetOf(net) }))[0]
    const before = await ask()
    await evenkeel.change('POST', `services/default/backends/${before?.name}/kill-sessions`)
    t.equal((await ask())?.name, before?.name, 'the algorithm alone tells where the next session goes')
  },
)
