import t from 'tap'
import { balanceTcp, UNPROBED } from '../../fixtures/balanced-tcp.js'
import { watchForLeaks } from '../../fixtures/evenkeel.js'
import { nameFor } from '../../fixtures/tcp-client.js'
import { serveTcp } from '../../fixtures/tcp-server.js'

const skip = process.platform === 'linux' ? false : 'only Linux has all of 127.0.0.0/8'

t.test('connections to backends come from --send-source', { skip }, async t => {
  const server = await serveTcp(t, socket => void socket.resume().end(socket.remoteAddress ?? ''))
  const evenkeel = await balanceTcp(t, [server.address], [...UNPROBED, '--send-source', '127.45.67.89'])
  const noLeaks = watchForLeaks(t, evenkeel)
  t.equal(await nameFor(evenkeel.port), '127.45.67.89')
  await noLeaks()
})

t.test('an address that is not ours is our trouble, and no backend is blamed', async t => {
  const server = await serveTcp(t, socket => void socket.resume().end('served'))
  const evenkeel = await balanceTcp(t, [server.address], [...UNPROBED, '--send-source', '192.0.2.1'])
  const noLeaks = watchForLeaks(t, evenkeel)
  for (let count = 0; count < 5; count++) t.equal(await nameFor(evenkeel.port), 'reset')
  t.equal(await evenkeel.metric('evenkeel_connect_errors_total', { error: 'EADDRNOTAVAIL' }), 5)
  t.equal(await evenkeel.metric('evenkeel_refused_total', { reason: 'connect-failed' }), 5)
  t.notOk(evenkeel.events.find(({ event }) => event === 'backend-state'))
  await noLeaks()
})
