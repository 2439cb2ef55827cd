import t from 'tap'
import { allEnded, balanceTcp, UNPROBED } from '../../fixtures/balanced-tcp.js'
import { watchForLeaks } from '../../fixtures/evenkeel.js'
import { TcpClient } from '../../fixtures/tcp-client.js'
import { serveTcp } from '../../fixtures/tcp-server.js'

t.test('case 6: half-close by the client', async t => {
  let question = ''
  const server = await serveTcp(t, socket => {
    socket.on('data', chunk => (question += chunk.toString()))
    socket.once('end', () => {
      setTimeout(() => socket.end(`answer to ${question}`), 2000)
    })
  })
  const evenkeel = await balanceTcp(t, [server.address], [...UNPROBED, '--access-log'])
  const noLeaks = watchForLeaks(t, evenkeel)
  const clients = Array.from({ length: 10 }, () => new TcpClient(evenkeel.port))
  const [first, ...others] = clients
  first?.socket.write('a question')
  const received = await Promise.all(clients.map(client => client.end()))
  t.same(
    received.map(({ outcome }) => outcome),
    clients.map(() => 'end'),
  )
  t.equal(received[0]?.bytes.toString(), 'answer to a question')
  t.equal(others.length, 9, 'clients that ended without a word were answered as well')
  await allEnded(evenkeel)
  t.equal(await evenkeel.metric('evenkeel_sessions_closed_total', { reason: 'client-closed' }), 10)
  await noLeaks()
})

t.test('a client that ends before its backend is connected', async t => {
  const server = await serveTcp(t, socket => {
    socket.resume().once('end', () => socket.end('seen'))
  })
  const evenkeel = await balanceTcp(t, [server.address])
  const noLeaks = watchForLeaks(t, evenkeel)
  const client = new TcpClient(evenkeel.port)
  client.socket.write('x'.repeat(100_000))
  t.same(await client.end(), { bytes: Buffer.from('seen'), outcome: 'end' })
  t.equal(await evenkeel.metric('evenkeel_bytes_total', { direction: 'to_backend' }), 100_000)
  await noLeaks()
})
