import t from 'tap'
import { balanceTcp, UNPROBED } from '../../fixtures/balanced-tcp.js'
import { watchForLeaks } from '../../fixtures/evenkeel.js'
import { TcpClient } from '../../fixtures/tcp-client.js'
import { hold, serveTcp } from '../../fixtures/tcp-server.js'

t.test('case 15: limits', async t => {
  let most = 0
  const server = await serveTcp(t, socket => {
    most = Math.max(most, server.sockets.size)
    socket.write('in')
    hold(socket)
  })
  const evenkeel = await balanceTcp(t, [server.address], [...UNPROBED, '--max-connections', '10'])
  const noLeaks = watchForLeaks(t, evenkeel)
  const clients = Array.from({ length: 15 }, () => new TcpClient(evenkeel.port))
  const welcomed = await Promise.allSettled(clients.map(client => client.receive(2)))
  const inside = clients.filter((_, index) => welcomed[index]?.status === 'fulfilled')
  const outside = clients.filter(client => !inside.includes(client))
  t.equal(inside.length, 10)
  for (const { finished } of outside) t.match(await finished, { outcome: 'reset' })
  t.equal(most, 10, 'never more than 10')
  t.equal(await evenkeel.metric('evenkeel_sessions_active'), 10)
  t.equal(await evenkeel.metric('evenkeel_refused_total', { reason: 'limit' }), 5)
  t.match(await evenkeel.event('refused'), { reason: 'limit', protocol: 'tcp', service: 'default' })

  await Promise.all(inside.map(client => client.end()))
  await noLeaks()
  const again = Array.from({ length: 10 }, () => new TcpClient(evenkeel.port))
  await Promise.all(again.map(client => client.receive(2)))
  t.equal(await evenkeel.metric('evenkeel_refused_total'), 5, 'slots are reusable')
  await Promise.all(again.map(client => client.end()))
  await noLeaks()
})

t.test('a half-closed session keeps its slot until both sides have ended', async t => {
  const ended: (() => void)[] = []
  const server = await serveTcp(t, socket => {
    socket.write('in')
    socket.resume().on('end', () => ended.push(() => socket.end()))
  })
  const evenkeel = await balanceTcp(t, [server.address], [...UNPROBED, '--max-connections', '1'])
  const noLeaks = watchForLeaks(t, evenkeel)
  const first = new TcpClient(evenkeel.port)
  await first.receive(2)
  first.socket.end()
  await evenkeel.until(
    () => Promise.resolve(ended.length),
    count => count === 1,
  )
  t.match(await new TcpClient(evenkeel.port).finished, { outcome: 'reset' })
  ended[0]?.()
  t.match(await first.finished, { outcome: 'end' })
  await evenkeel.until(
    () => evenkeel.metric('evenkeel_sessions_active'),
    active => active === 0,
  )
  const second = new TcpClient(evenkeel.port)
  await second.receive(2)
  second.abort()
  await noLeaks()
})
