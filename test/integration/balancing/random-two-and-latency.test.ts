import t from 'tap'
import { balanceTcp, UNPROBED } from '../../fixtures/balanced-tcp.js'
import { watchForLeaks } from '../../fixtures/evenkeel.js'
import { shares, TcpClient } from '../../fixtures/tcp-client.js'
import { greet, serveTcp } from '../../fixtures/tcp-server.js'

const HELD = 60

/** The most that one of three backends may get of the clients that stay. */
for (const [algorithm, most] of [
  ['random-two', HELD / 2],
  ['least-latency', HELD - 2],
] as const) {
  t.test(`${algorithm} leaves no backend out and none with all`, async t => {
    const servers = await Promise.all(['one', 'two', 'six'].map(name => serveTcp(t, greet(name))))
    const backends = servers.map(({ address }) => address)
    const evenkeel = await balanceTcp(t, backends, [...UNPROBED, '--balance', algorithm])
    const noLeaks = watchForLeaks(t, evenkeel)
    const clients = Array.from({ length: HELD }, () => new TcpClient(evenkeel.port))
    const names = await Promise.all(clients.map(async client => (await client.receive(3)).toString()))
    const counts = Object.values(shares(names))
    t.equal(counts.length, 3)
    t.ok(Math.max(...counts) <= most, counts.join())
    await Promise.all(clients.map(client => client.end()))
    await noLeaks()
  })
}
