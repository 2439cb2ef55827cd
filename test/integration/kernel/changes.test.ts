import t, { type Test } from 'tap'
import {
  balance,
  idsOf,
  network,
  PORT,
  setBackend,
  tallied,
  targetOf,
} from '../../fixtures/balanced-network.js'
import { UNPROBED } from '../../fixtures/balanced-tcp.js'
import { ConfigFile, QUICK_PROBE } from '../../fixtures/config-file.js'
import { startEvenkeel, watchForLeaks, type Evenkeel } from '../../fixtures/evenkeel.js'
import type { FarClient } from '../../fixtures/far-client.js'
import { DATAPATH, hostPort, needsRoutedNetwork } from '../../fixtures/routed-network.js'

const SESSIONS = 50
const VISITS = 12

/** The sessions live on though the backend `a` was removed, which goes when they end. */
async function outlived(
  t: Test,
  client: FarClient,
  evenkeel: Evenkeel,
  ids: readonly number[],
): Promise<void> {
  const said = await client.do('say', { ids: [...ids], text: 'still here' })
  t.ok(
    said.every(({ echoed }) => echoed),
    'no session was cut',
  )
  await client.do('leave', { ids: [...ids], how: 'end' })
  await evenkeel.event('admin', ({ action, backend }) => action === 'removed' && backend === 'a')
  await watchForLeaks(t, evenkeel)()
}

t.test(
  'changes of an operator cut nothing and are in force at once',
  { skip: needsRoutedNetwork() },
  async t => {
    const { net, client, backends } = await network(t, ['a', 'b', 'c'])
    const [a, b, c] = backends
    if (a === undefined || b === undefined || c === undefined) throw new Error('no backend')
    const evenkeel = await balance(t, net, [a, b], UNPROBED)
    const ids = idsOf(await client.do('open', { ...targetOf(net), count: SESSIONS }))
    const visits = async () => tallied(await client.do('visit', { ...targetOf(net), count: VISITS }))

    await setBackend(evenkeel, 'b', { weight: 3 })
    t.same(await visits(), { a: 3, b: 9 }, 'a weight')
    const added = await evenkeel.change('POST', 'services/default/backends', {
      name: 'c',
      address: c.address,
      weight: 2,
    })
    t.equal(added.status, 201)
    t.same(await visits(), { a: 2, b: 6, c: 4 }, 'one more')
    await setBackend(evenkeel, 'b', { state: 'maintenance' })
    t.same(await visits(), { a: 4, c: 8 }, 'maintenance')
    t.equal((await evenkeel.change('DELETE', 'services/default/backends/a')).status, 204)
    t.same(await visits(), { c: VISITS }, 'one less')

    await outlived(t, client, evenkeel, ids)
  },
)

t.test('a reload cuts nothing and is in force within 1 s', { skip: needsRoutedNetwork() }, async t => {
  const { net, client, backends } = await network(t, ['a', 'b', 'c'])
  const contents = (ports: readonly number[], names: readonly string[]) => ({
    datapath: DATAPATH,
    services: {
      db: {
        listen: ports.map(port => `tcp://${hostPort(net.host(), port)}`),
        backends: backends
          .filter(({ name }) => names.includes(name))
          .map(({ name, address }) => ({ name, address })),
        probe: QUICK_PROBE,
      },
    },
  })
  const [first, second] = [PORT, PORT + 1]
  const file = new ConfigFile(t, contents([first], ['a', 'b']))
  const evenkeel = await startEvenkeel(t, ['--config', file.path], { prefix: net.balancer.prefix })
  await Promise.all(['a', 'b'].map(name => evenkeel.backendState(name, 'up')))
  const ids = idsOf(await client.do('open', { ...targetOf(net), count: SESSIONS }))
  const visits = async (port: number) =>
    tallied(await client.do('visit', { host: net.host(), port, count: VISITS }))

  file.write(contents([first, second], ['b', 'c']))
  const askedAt = performance.now()
  evenkeel.signal('SIGHUP')
  const reloaded = await evenkeel.event('config-reloaded')
  t.ok(performance.now() - askedAt < 1000, 'within 1 s')
  for (const port of [first, second]) {
    const names = Object.keys(await visits(port)).sort()
    t.same(names, ['b', 'c'], `port ${port} gives clients to those that there are now`)
  }
  t.match((await evenkeel.detail('db')).leaving, [{ name: 'a', sessionsActive: SESSIONS / 2 }])

  file.writeText(
    '{"services": {"db": {"listen": ["tcp://127.0.0.1:0"], "backends": ["127.0.0.1:1,weight=0"]}}}',
  )
  evenkeel.signal('SIGHUP')
  await evenkeel.event('config-rejected')
  t.same(Object.keys(await visits(second)).sort(), ['b', 'c'], 'a bad file changes nothing')

  file.write(contents([second], ['b', 'c']))
  evenkeel.signal('SIGHUP')
  await evenkeel.event('config-reloaded', event => event !== reloaded)
  t.same(await visits(first), { refused: VISITS }, 'a listener that is gone is gone')
  await outlived(t, client, evenkeel, ids)
})
