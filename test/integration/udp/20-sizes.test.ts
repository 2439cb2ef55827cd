import { randomBytes } from 'node:crypto'
import t from 'tap'
import { startEvenkeel, watchForLeaks } from '../../fixtures/evenkeel.js'
import { startUdpBackend } from '../../fixtures/udp-backend.js'
import { openUdpClient } from '../../fixtures/udp-client.js'

const SIZES = [0, 1, 1472, 1473, 8192, 65_507]

t.test('case 20: UDP sizes', async t => {
  const backend = await startUdpBackend(t, datagram => datagram)
  const evenkeel = await startEvenkeel(t, [
    ...['--listen', 'udp://127.0.0.1:0', '--udp-idle-timeout', '1s'],
    ...['--backend', backend.address],
  ])
  const noLeaks = watchForLeaks(t, evenkeel)
  const client = await openUdpClient(t)

  for (const [index, size] of SIZES.entries()) {
    const sent = randomBytes(size)
    const reply = await client.ask(sent, evenkeel.port)
    const arrived = await backend.received.at(index)
    t.ok(arrived.bytes.equals(sent), `${size} bytes arrive`)
    t.ok(reply.bytes.equals(sent), `${size} bytes come back`)
  }
  t.equal(backend.received.all.length, SIZES.length, 'each once')
  t.equal(client.replies.all.length, SIZES.length)
  await noLeaks()
})
