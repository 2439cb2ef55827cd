import t from 'tap'
import { balanceTcp, UNPROBED } from '../../fixtures/balanced-tcp.js'
import { startEvenkeel, watchForLeaks } from '../../fixtures/evenkeel.js'
import { withoutSharedPorts } from '../../fixtures/faulty-threads.js'
import { shares, TcpClient } from '../../fixtures/tcp-client.js'
import { greet, hold, serveTcp } from '../../fixtures/tcp-server.js'
import { startUdpBackend, tells } from '../../fixtures/udp-backend.js'
import { openUdpClients } from '../../fixtures/udp-client.js'

const TWO = [...UNPROBED, '--workers', '2']

t.test('what two data threads count together', { skip: withoutSharedPorts }, async t => {
  await t.test('a burst is spread by least-connections as by one', async t => {
    const [one, two] = await Promise.all([serveTcp(t, greet('one')), serveTcp(t, greet('two'))])
    const flags = [...TWO, '--balance', 'least-connections']
    const evenkeel = await balanceTcp(t, [one.address, two.address], flags)
    const noLeaks = watchForLeaks(t, evenkeel)
    const clients = Array.from({ length: 1000 }, () => new TcpClient(evenkeel.port))
    const names = await Promise.all(clients.map(async client => (await client.receive(3)).toString()))
    t.same(shares(names), { one: 500, two: 500 })
    await Promise.all(clients.map(client => client.end()))
    await noLeaks()
    t.equal(await evenkeel.metric('evenkeel_sessions_total'), 1000)
  })

  await t.test('--max-connections and a max-connections of a backend hold for the sum', async t => {
    const server = await serveTcp(t, socket => {
      socket.write('in')
      hold(socket)
    })
    for (const [backend, flags, reason] of [
      [server.address, ['--max-connections', '10'], 'limit'],
      [`${server.address},max-connections=10`, [], 'no-backend'],
      [`${server.address},max-connections=10`, ['--balance', 'least-connections'], 'no-backend'],
    ] as const) {
      const evenkeel = await balanceTcp(t, [backend], [...TWO, ...flags])
      const noLeaks = watchForLeaks(t, evenkeel)
      for (let round = 1; round <= 3; round++) {
        const clients = Array.from({ length: 40 }, () => new TcpClient(evenkeel.port))
        const welcomed = await Promise.allSettled(clients.map(client => client.receive(2)))
        const inside = clients.filter((_, index) => welcomed[index]?.status === 'fulfilled')
        t.equal(inside.length, 10)
        t.equal(await evenkeel.metric('evenkeel_refused_total', { reason }), round * 30)
        await Promise.all(inside.map(client => client.end()))
        await noLeaks()
      }
    }
  })

  await t.test('--max-udp-sessions holds for the sum', async t => {
    const backend = await startUdpBackend(t, tells('a'))
    const evenkeel = await startEvenkeel(t, [
      ...['--listen', 'udp://127.0.0.1:0', '--backend', backend.address, '--max-udp-sessions', '10'],
      ...['--workers', '2', '--udp-idle-timeout', '1s'],
    ])
    const clients = await openUdpClients(t, 30)
    await Promise.all(clients.map(client => client.send('hello', evenkeel.port)))
    await evenkeel.until(
      () => evenkeel.metric('evenkeel_datagrams_dropped_total', { reason: 'limit' }),
      dropped => dropped === 20,
    )
    t.equal(await evenkeel.metric('evenkeel_sessions_active'), 10)
    t.equal(backend.received.all.length, 10)
  })
})
