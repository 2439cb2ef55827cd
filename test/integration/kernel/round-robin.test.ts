import t from 'tap'
import { allUp, balance, network, tallied, targetOf } from '../../fixtures/balanced-network.js'
import { PROBED } from '../../fixtures/balanced-tcp.js'
import { watchForLeaks } from '../../fixtures/evenkeel.js'
import { needsRoutedNetwork } from '../../fixtures/routed-network.js'

const CLIENTS = 30

t.test('round robin', { skip: needsRoutedNetwork() }, async t => {
  const { net, client, backends } = await network(t, ['a', 'b'])
  const evenkeel = await balance(t, net, backends, PROBED)
  await allUp(evenkeel, backends)
  const noLeaks = watchForLeaks(t, evenkeel)
  const visits = { ...targetOf(net), count: CLIENTS }
  t.same(tallied(await client.do('visit', visits)), { a: 15, b: 15 }, 'equal backends')

  const { status } = await evenkeel.change('PATCH', 'services/default/backends/b', { weight: 2 })
  t.equal(status, 200)
  t.same(tallied(await client.do('visit', visits)), { a: 10, b: 20 }, 'weights 1:2')
  await noLeaks()
})

t.test('round robin of UDP clients', { skip: needsRoutedNetwork() }, async t => {
  const { net, client, backends } = await network(t, ['a', 'b'])
  await balance(t, net, backends, [], { protocols: ['udp'] })
  const ids = (await client.do('openUdp', { count: CLIENTS })).map(({ id }) => id)
  const names: string[] = []
  for (const id of ids) {
    const [reply] = await client.do('askUdp', { ids: [id], ...targetOf(net) })
    names.push(reply?.name ?? 'none')
  }
  t.equal(names.filter(name => name === 'a').length, CLIENTS / 2)
  t.equal(names.filter(name => name === 'b').length, CLIENTS / 2)
})
