import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { formatEndpoint } from '../../../src/core/backend.js'
import { startEvenkeel, watchForLeaks } from '../../fixtures/evenkeel.js'
import { listenTcp } from '../../fixtures/probe-targets.js'
import { startUdpBackend, tells } from '../../fixtures/udp-backend.js'
import { openUdpClient } from '../../fixtures/udp-client.js'

const MAPPED = '[::ffff:127.0.0.1]:0'

t.test('a listener on an IPv4-mapped address listens on the IPv4 address', async t => {
  const backend = await startUdpBackend(t, tells('a'))
  const server = await listenTcp(t, socket => socket.end('hello'))
  const evenkeel = await startEvenkeel(t, [
    ...['--listen', `udp://${MAPPED}`, '--udp-idle-timeout', '1s', '--listen', `tcp://${MAPPED}`],
    ...['--backend', backend.address, '--backend', formatEndpoint(server)],
  ])
  const noLeaks = watchForLeaks(t, evenkeel)
  const [udp = 0, tcp = 0] = evenkeel.ports
  t.match(
    evenkeel.events.filter(({ event }) => event === 'listening'),
    [
      { listener: `udp://${MAPPED}`, address: '127.0.0.1' },
      { listener: `tcp://${MAPPED}`, address: '127.0.0.1' },
    ],
  )
  const client = await openUdpClient(t)
  t.match(await client.askUntilAnswered('hello', udp), { address: '127.0.0.1', port: udp })
  t.equal(await text(connect({ host: '127.0.0.1', port: tcp })), 'hello')
  await noLeaks()
})
