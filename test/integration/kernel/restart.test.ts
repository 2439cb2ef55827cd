import t from 'tap'
import { balance, idsOf, network, targetOf, within } from '../../fixtures/balanced-network.js'
import { PROBED } from '../../fixtures/balanced-tcp.js'
import type { FarClient } from '../../fixtures/far-client.js'
import { leftovers } from '../../fixtures/kernel-state.js'
import { kernelOnly, needsRoutedNetwork } from '../../fixtures/routed-network.js'
import { sum } from '../../fixtures/statistics.js'

const SESSIONS = 10
const MORE = 500

const skip = needsRoutedNetwork() || kernelOnly

/** Resolves when the load has had so many more connections, or makes no way. */
async function more(client: FarClient): Promise<Readonly<Record<string, number>>> {
  const total = async () => sum(Object.values(await client.do('loadSoFar')))
  const start = await total()
  await within(5000, total, now => now >= start + MORE)
  return client.do('loadSoFar')
}

/** How many of these connections failed. */
function failed(counts: Readonly<Record<string, number>>): readonly string[] {
  return Object.keys(counts).filter(name => name.startsWith('failed'))
}

t.test('a killed process leaves the rules, and the next one takes over', { skip }, async t => {
  const { net, client, backends } = await network(t, ['a', 'b'])
  const listening = { protocols: ['tcp', 'udp'] } as const
  const start = () => balance(t, net, backends, PROBED, listening)
  const killed = await start()
  await Promise.all(backends.map(({ name }) => killed.backendState(name, 'up')))
  const opened = await client.do('open', { ...targetOf(net), count: SESSIONS })
  const udp = (await client.do('openUdp', {})).map(({ id }) => id)
  const ask = async () => (await client.do('askUdp', { ids: udp, ...targetOf(net) }))[0]
  const echoed = async () =>
    (await client.do('say', { ids: idsOf(opened), text: 'still here' })).filter(({ echoed }) => echoed).length
  const home = await ask()
  await client.do('startLoad', { ...targetOf(net), inFlight: 8, sources: [...net.sources(200)] })
  await more(client)

  killed.signal('SIGKILL')
  t.match(await killed.exit(), { signal: 'SIGKILL' })
  const without = await more(client)
  t.same(failed(without), [], 'new connections are served while nobody is there', { without })
  t.equal(await echoed(), SESSIONS, 'sessions live on')
  t.match(await ask(), { name: home?.name, port: home?.port })

  const next = await start()
  await more(client)
  await Promise.all(backends.map(({ name }) => next.backendState(name, 'up')))
  await more(client)
  const counts = await client.do('stopLoad')
  t.same(failed(counts), [], 'not one failed while it took over', { counts })
  t.equal(await echoed(), SESSIONS)
  t.match(await ask(), { name: home?.name, port: home?.port })

  const negative = (await next.get('/metrics')).body.split('\n').filter(line => /^evenkeel_.* -/.test(line))
  t.same(negative, [], 'no metric is negative')
  t.ok((await next.metric('evenkeel_sessions_total')) >= MORE, 'it counts what came since')
  const active = () => next.metric('evenkeel_sessions_active', { protocol: 'tcp' })
  t.equal(await within(5000, active, count => count === SESSIONS), SESSIONS, 'and what lives')
  await client.do('leave', { ids: idsOf(opened), how: 'end' })
  t.equal(await within(5000, active, count => count === 0), 0)

  next.signal('SIGTERM')
  next.signal('SIGINT')
  t.match(await next.exit(), { code: 0 })
  t.same(leftovers(net.balancer), { tables: [], marked: [] }, 'a stop leaves nothing')
})

t.test('what died while nobody was there is found out', { skip }, async t => {
  const { net, client, backends } = await network(t, ['a', 'b'])
  const killed = await balance(t, net, backends, PROBED)
  await Promise.all(backends.map(({ name }) => killed.backendState(name, 'up')))
  const opened = await client.do('open', { ...targetOf(net), count: SESSIONS })
  killed.signal('SIGKILL')
  await killed.exit()
  net.backends.silence(backends[0]?.host ?? '')

  const next = await balance(t, net, backends, PROBED)
  await next.backendState('a', 'down')
  const visits = await client.do('visit', { ...targetOf(net), count: 10 })
  t.ok(visits.every(({ name }) => name === 'b'))
  const living = await client.do('say', { ids: idsOf(opened, 'b'), text: 'still here' })
  t.ok(living.every(({ echoed }) => echoed))
  const cut = await client.do('say', { ids: idsOf(opened, 'a'), text: 'hello?', withinMs: 1000 })
  t.ok(
    cut.every(({ outcome }) => outcome === 'reset'),
    'sessions of before are cut as well',
    { cut },
  )
})
