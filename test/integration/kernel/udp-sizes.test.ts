import t from 'tap'
import { balance, network, targetOf } from '../../fixtures/balanced-network.js'
import { needsRoutedNetwork, type Family } from '../../fixtures/routed-network.js'

const SIZES = [0, 1, 1472, 1473, 8192, 65507]

for (const family of [4, 6] as readonly Family[]) {
  t.test(`UDP sizes, IPv${family}`, { skip: needsRoutedNetwork() }, async t => {
    const { net, client, backends } = await network(t, ['a'], { family })
    await balance(t, net, backends, [], { protocols: ['udp'], family })
    const [{ id } = { id: 0 }] = await client.do('openUdp', { family })
    const same = await client.do('echoUdp', { id, sizes: SIZES, ...targetOf(net, family) })
    t.same(
      SIZES.filter((_, index) => !same[index]),
      [],
      'each size goes whole, both ways',
    )
  })
}
