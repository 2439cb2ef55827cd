import t from 'tap'
import { balance, network, targetOf } from '../../fixtures/balanced-network.js'
import { UNPROBED } from '../../fixtures/balanced-tcp.js'
import { kernelOnly, needsRoutedNetwork, type Family } from '../../fixtures/routed-network.js'

for (const family of [4, 6] as readonly Family[]) {
  for (const preserve of [false, true]) {
    const skip = needsRoutedNetwork() || (preserve && kernelOnly)
    t.test(`IPv${family} ${preserve ? 'with' : 'without'} --preserve-source`, { skip }, async t => {
      const { net, client, backends } = await network(t, ['a', 'b'], { family })
      const options = [...UNPROBED, ...(preserve ? ['--preserve-source'] : [])]
      await balance(t, net, backends, options, { protocols: ['tcp', 'udp'], family })
      const sources = preserve && family === 4 ? [...net.sources(4)] : []
      const peers = Array.from({ length: 4 }, (_, index) =>
        preserve ? (sources[index] ?? net.clientHost(family)) : net.backHost(family),
      )
      const target = targetOf(net, family)
      const visits = await client.do('visit', { ...target, count: 4, sources })
      t.same(
        visits.map(({ peer }) => peer),
        peers,
        'the address that a backend sees, TCP',
      )
      const sockets = await client.do('openUdp', { count: 4, family, sources })
      const ids = sockets.map(({ id }) => id)
      const replies = await client.do('askUdp', { ids, ...target })
      t.same(
        replies.map(reply => reply?.peer),
        peers,
        'UDP',
      )
    })
  }
}
