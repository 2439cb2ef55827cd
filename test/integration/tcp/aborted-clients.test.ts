import t from 'tap'
import { allEnded, balanceTcp, freshEcho } from '../../fixtures/balanced-tcp.js'
import { watchForLeaks } from '../../fixtures/evenkeel.js'
import { TcpClient } from '../../fixtures/tcp-client.js'
import { echo, serveTcp } from '../../fixtures/tcp-server.js'

t.test('1,000 aborted connects leave nothing behind', async t => {
  const server = await serveTcp(t, echo)
  const evenkeel = await balanceTcp(t, [server.address])
  const noLeaks = watchForLeaks(t, evenkeel)
  for (let wave = 0; wave < 5; wave++) {
    const clients = Array.from({ length: 200 }, () => new TcpClient(evenkeel.port))
    await Promise.all(
      clients.map(async (client, index) => {
        if (index % 2 === 0) await new Promise(resolve => client.socket.once('connect', resolve))
        else await client.exchange('a word')
        client.abort()
      }),
    )
  }
  await freshEcho(t, evenkeel)
  await allEnded(evenkeel)
  await server.connections(0)
  const total = await evenkeel.metric('evenkeel_sessions_total')
  t.ok(total > 500 && total <= 1001)
  t.equal(await evenkeel.metric('evenkeel_sessions_closed_total'), total)
  t.equal(await evenkeel.metric('evenkeel_sessions_closed_total', { reason: 'client-aborted' }), total - 1)
  const { backends } = await evenkeel.service()
  t.equal(backends[0]?.sessionsActive, 0)
  t.equal(backends[0]?.sessionsTotal, total)
  await noLeaks()
})
