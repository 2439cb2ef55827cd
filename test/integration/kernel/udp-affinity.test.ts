import t from 'tap'
import { balance, network, targetOf } from '../../fixtures/balanced-network.js'
import { watchForLeaks } from '../../fixtures/evenkeel.js'
import { needsRoutedNetwork, type Family } from '../../fixtures/routed-network.js'

const CLIENTS = 50
const DATAGRAMS = 20

for (const family of [4, 6] as readonly Family[]) {
  t.test(`UDP affinity, IPv${family}`, { skip: needsRoutedNetwork() }, async t => {
    const { net, client, backends } = await network(t, ['a', 'b'], { family })
    const listening = { protocols: ['udp'], family } as const
    const evenkeel = await balance(t, net, backends, ['--udp-idle-timeout', '2s'], listening)
    const noLeaks = watchForLeaks(t, evenkeel)
    const target = targetOf(net, family)
    const sockets = await client.do('openUdp', { count: CLIENTS, family })
    const ids = sockets.map(({ id }) => id)

    const seen = ids.map(() => new Set<string>())
    let answers = 0
    for (let count = 0; count < DATAGRAMS; count++) {
      const replies = await client.do('askUdp', { ids, ...target, text: `${count}` })
      for (const [index, reply] of replies.entries()) {
        if (reply === null) continue
        seen[index]?.add(`${reply.name} ${reply.port}`)
        if (reply.text === `${count}` && reply.from === `${target.host} ${target.port}`) answers++
      }
    }
    t.equal(answers, CLIENTS * DATAGRAMS, 'each datagram is answered, from the address it was sent to')
    t.ok(
      seen.every(each => each.size === 1),
      'one backend and one port for each client',
    )
    const homes = seen.map(each => [...each].join())
    t.equal(new Set(homes).size, CLIENTS, 'and no client has the port of another')
    for (const { name } of backends) {
      t.equal(homes.filter(home => home.startsWith(name)).length, CLIENTS / 2, name)
    }
    await noLeaks()
  })
}
