import t from 'tap'
import { balance, flagsFor, network, tallied, targetOf } from '../../fixtures/balanced-network.js'
import { PROBED, UNPROBED } from '../../fixtures/balanced-tcp.js'
import { startEvenkeel } from '../../fixtures/evenkeel.js'
import { FarBackend } from '../../fixtures/far-backend.js'
import { FarClient } from '../../fixtures/far-client.js'
import { DATAPATH, needsRoutedNetwork, type Family } from '../../fixtures/routed-network.js'

for (const family of [4, 6] as readonly Family[]) {
  t.test(`clients on the balancer's own host, IPv${family}`, { skip: needsRoutedNetwork() }, async t => {
    const { net, backends } = await network(t, ['a', 'b'], { family })
    await balance(t, net, backends, UNPROBED, { protocols: ['tcp', 'udp'], family })
    const local = FarClient.start(t, net.balancer)
    const target = targetOf(net, family)
    t.same(tallied(await local.do('visit', { ...target, count: 10 })), { a: 5, b: 5 })
    const ids = (await local.do('openUdp', { family })).map(({ id }) => id)
    const [reply] = await local.do('askUdp', { ids, ...target })
    t.match(reply, { name: /^[ab]$/, from: `${target.host} ${target.port}` })
  })
}

t.test('a listener and a backend on the loopback', { skip: needsRoutedNetwork() }, async t => {
  const { net } = await network(t, [])
  const at = { namespace: net.balancer, host: '127.0.0.1' }
  const near = await FarBackend.start(t, net, 'near', {}, at)
  const args = [
    '--listen',
    'tcp://127.0.0.1:5432',
    '--listen',
    'udp://127.0.0.1:5432',
    '--backend',
    near.spec,
  ]
  const flags = [...args, '--datapath', DATAPATH, ...PROBED]
  const evenkeel = await startEvenkeel(t, flags, { prefix: net.balancer.prefix })
  await evenkeel.backendState('near', 'up')
  const local = FarClient.start(t, net.balancer)
  const target = { host: '127.0.0.1', port: 5432 }
  t.same(tallied(await local.do('visit', { ...target, count: 5 })), { near: 5 })
  const ids = (await local.do('openUdp', {})).map(({ id }) => id)
  t.match(await local.do('askUdp', { ids, ...target }), [{ name: 'near', from: '127.0.0.1 5432' }])
})

t.test('far clients of a backend on the balancer’s own host', { skip: needsRoutedNetwork() }, async t => {
  const { net, client } = await network(t, [])
  const at = { namespace: net.balancer, host: net.backHost() }
  const near = await FarBackend.start(t, net, 'near', {}, at)
  await startEvenkeel(t, flagsFor(net, [near], UNPROBED), { prefix: net.balancer.prefix })
  t.same(tallied(await client.do('visit', { ...targetOf(net), count: 5 })), { near: 5 })
})
