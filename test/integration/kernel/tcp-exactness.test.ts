import t from 'tap'
import { allUp, balance, network, targetOf } from '../../fixtures/balanced-network.js'
import { PROBED } from '../../fixtures/balanced-tcp.js'
import { watchForLeaks } from '../../fixtures/evenkeel.js'
import { needsRoutedNetwork, type Family } from '../../fixtures/routed-network.js'

const CONNECTIONS = 20
const BYTES = 16 * 1024 * 1024

for (const family of [4, 6] as readonly Family[]) {
  t.test(`TCP exactness, IPv${family}`, { skip: needsRoutedNetwork() }, async t => {
    const { net, client, backends } = await network(t, ['a', 'b'], { family })
    const evenkeel = await balance(t, net, backends, PROBED, { family })
    await allUp(evenkeel, backends)
    const noLeaks = watchForLeaks(t, evenkeel)
    const same = await client.do('exchange', { ...targetOf(net, family), count: CONNECTIONS, bytes: BYTES })
    t.same(same, Array(CONNECTIONS).fill(true), 'each connection got back exactly what it sent')
    for (const { name } of backends) {
      t.equal(await evenkeel.metric('evenkeel_sessions_total', { backend: name }), CONNECTIONS / 2, name)
    }
    await noLeaks()
  })
}
