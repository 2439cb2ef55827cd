import t from 'tap'
import { balance, network, targetOf } from '../../fixtures/balanced-network.js'
import { UNPROBED } from '../../fixtures/balanced-tcp.js'
import { kernelOnly, needsRoutedNetwork } from '../../fixtures/routed-network.js'

/** More than there are ports that clients choose from, and fewer than a backend can be reached from. */
const CLIENTS = 50_000

t.test(
  'each of very many clients gets a port to the same backend',
  { skip: needsRoutedNetwork() || kernelOnly },
  async t => {
    const { net, client, backends } = await network(t, ['a'])
    await balance(t, net, backends, UNPROBED, { protocols: ['udp'] })
    const sources = [...net.sources(500)]
    const job = { ...targetOf(net), count: CLIENTS, parallel: 32, sources }
    t.equal(await client.do('passUdp', job), CLIENTS, 'answered')
    const known = Number(net.balancer.run('conntrack', '-C'))
    t.ok(known > 0.99 * CLIENTS, `${known} are known at a time`)
  },
)
