import { networkInterfaces } from 'node:os'
import { connect } from 'node:net'
import t from 'tap'
import { formatEndpoint } from '../../../src/core/backend.js'
import { balanceTcp } from '../../fixtures/balanced-tcp.js'
import { startEvenkeel, watchForLeaks } from '../../fixtures/evenkeel.js'
import { check, pour } from '../../fixtures/pattern.js'
import { listenTcp } from '../../fixtures/probe-targets.js'
import { startUdpBackend, tells } from '../../fixtures/udp-backend.js'
import { openUdpClients } from '../../fixtures/udp-client.js'

const BYTES = 2 * 1024 * 1024
const HOSTS = { 4: '127.0.0.1', 6: '[::1]' } as const

const families: readonly (readonly [client: 4 | 6, backend: 4 | 6])[] = [
  [6, 6],
  [6, 4],
  [4, 6],
]

const addresses = Object.values(networkInterfaces()).flatMap(entries => entries ?? [])
const skip = addresses.some(({ address }) => address === '::1') ? false : 'this machine has no ::1'

t.jobs = families.length

for (const [client, backend] of families) {
  const title = `case 24: IPv${client} clients of an IPv${backend} backend`
  t.test(`${title}, TCP`, { buffered: true, skip }, async t => {
    const server = await listenTcp(t, socket => socket.pipe(socket), backend)
    const evenkeel = await balanceTcp(t, [formatEndpoint(server)], ['--listen', `tcp://${HOSTS[client]}:0`])
    const noLeaks = watchForLeaks(t, evenkeel)
    const port = evenkeel.ports[1] ?? 0
    const checked = await Promise.all(
      [1, 2, 3, 4].map(async seed => {
        const socket = connect({ port, host: client === 6 ? '::1' : '127.0.0.1' })
        const [received] = await Promise.all([
          check(socket, seed),
          pour(socket, seed, BYTES).then(() => socket.end()),
        ])
        return received
      }),
    )
    t.same(checked, [BYTES, BYTES, BYTES, BYTES], 'every byte comes back')
    await noLeaks()
  })

  t.test(`${title}, UDP`, { buffered: true, skip }, async t => {
    const a = await startUdpBackend(t, tells('a'), backend)
    const b = await startUdpBackend(t, tells('b'), backend)
    const evenkeel = await startEvenkeel(t, [
      ...['--listen', `udp://${HOSTS[client]}:0`, '--udp-idle-timeout', '1s', '--access-log'],
      ...['--backend', a.address, '--backend', b.address],
    ])
    const noLeaks = watchForLeaks(t, evenkeel)
    const clients = await openUdpClients(t, 10, client)
    const answers = await Promise.all(
      clients.map(async client => {
        for (let number = 0; number < 5; number++) await client.ask(`${number}`, evenkeel.port)
        return client.replies.all
      }),
    )
    const source = client === 6 ? '::1' : '127.0.0.1'
    t.ok(answers.flat().every(({ address, port }) => address === source && port === evenkeel.port))
    const sessions = answers.map(replies => new Set(replies.map(({ text }) => text)))
    t.ok(
      sessions.every(({ size }) => size === 1),
      'one backend and one port per client',
    )
    t.same([a.received.all.length, b.received.all.length], [25, 25])
    const logged = await evenkeel.event('session')
    t.match(logged['client'], client === 6 ? /^\[::1\]:\d+$/ : /^127\.0\.0\.1:\d+$/)
    await noLeaks()
  })
}
