import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { formatEndpoint } from '../../../src/core/backend.js'
import { startEvenkeel, watchForLeaks } from '../../fixtures/evenkeel.js'
import { listenTcp } from '../../fixtures/probe-targets.js'
import { startUdpBackend, tells } from '../../fixtures/udp-backend.js'
import { openUdpClient } from '../../fixtures/udp-client.js'

const MAPPED = '[::ffff:127.0.0.1]:0'

t.jobs = 2

t.test(
  'a UDP listener on an IPv4-mapped address listens on the IPv4 address',
  { buffered: true },
  async t => {
    const listener = `udp://${MAPPED}`
    const backend = await startUdpBackend(t, tells('a'))
    const flags = ['--listen', listener, '--udp-idle-timeout', '1s', '--backend', backend.address]
    const evenkeel = await startEvenkeel(t, flags)
    const noLeaks = watchForLeaks(t, evenkeel)
    t.match(await evenkeel.event('listening'), { listener, address: '127.0.0.1' })
    const client = await openUdpClient(t)
    t.match(await client.ask('hello', evenkeel.port), { address: '127.0.0.1', port: evenkeel.port })
    await noLeaks()
  },
)

t.test(
  'a TCP listener on an IPv4-mapped address listens on the IPv4 address',
  { buffered: true },
  async t => {
    const listener = `tcp://${MAPPED}`
    const server = await listenTcp(t, socket => socket.end('hello'))
    const evenkeel = await startEvenkeel(t, ['--listen', listener, '--backend', formatEndpoint(server)])
    const noLeaks = watchForLeaks(t, evenkeel)
    t.match(await evenkeel.event('listening'), { listener, address: '127.0.0.1' })
    t.equal(await text(connect({ host: '127.0.0.1', port: evenkeel.port })), 'hello')
    await noLeaks()
  },
)
