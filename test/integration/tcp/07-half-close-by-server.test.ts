import t from 'tap'
import { balanceTcp, freshEcho, UNPROBED } from '../../fixtures/balanced-tcp.js'
import { watchForLeaks } from '../../fixtures/evenkeel.js'
import { check, pour } from '../../fixtures/pattern.js'
import { TcpClient } from '../../fixtures/tcp-client.js'
import { echo, serveTcp, type Serve } from '../../fixtures/tcp-server.js'

const UPLOAD = 1024 * 1024

t.test('case 7: half-close by the server', async t => {
  let uploaded: Promise<number> | undefined
  let serve: Serve = socket => {
    uploaded = check(socket, 7)
    socket.end('all I have to say')
  }
  const server = await serveTcp(t, socket => serve(socket))
  const evenkeel = await balanceTcp(t, [server.address], [...UNPROBED, '--access-log'])
  const noLeaks = watchForLeaks(t, evenkeel)
  const client = new TcpClient(evenkeel.port)
  t.same(await client.finished, { bytes: Buffer.from('all I have to say'), outcome: 'end' })
  t.equal(await evenkeel.metric('evenkeel_sessions_active'), 1, 'it counts until both sides have ended')
  await pour(client.socket, 7, UPLOAD)
  client.socket.end()
  t.equal(await uploaded, UPLOAD)
  t.match(await evenkeel.event('session'), {
    reason: 'backend-closed',
    bytesToBackend: UPLOAD,
    bytesToClient: 'all I have to say'.length,
  })
  serve = echo
  await freshEcho(t, evenkeel)
  await noLeaks()
})
