import t from 'tap'
import { startEvenkeel, watchForLeaks } from '../../fixtures/evenkeel.js'
import { isIsolated } from '../../fixtures/isolation.js'
import { startUdpBackend, tells } from '../../fixtures/udp-backend.js'
import { openUdpClient } from '../../fixtures/udp-client.js'

const IPV4 = ['127.0.0.1', '192.0.2.7']
const IPV6 = ['::1', '2001:db8::7']

const WILDCARDS: readonly (readonly [host: string, answers: readonly string[]])[] = [
  ['*', [...IPV4, ...IPV6]],
  ['0.0.0.0', IPV4],
  ['[::]', [...IPV4, ...IPV6]],
  ['[::0]', [...IPV4, ...IPV6]],
  ['[0:0:0:0:0:0:0:0]', [...IPV4, ...IPV6]],
  ['[::ffff:0:0]', IPV4],
]

const setup = ['ip addr add 192.0.2.7/32 dev lo', 'ip addr add 2001:db8::7/128 dev lo nodad']

if (await isIsolated(t, import.meta.url, setup)) {
  t.jobs = WILDCARDS.length
  for (const [host, addresses] of WILDCARDS) {
    t.test(`udp://${host}:0 answers from the address that was written to`, { buffered: true }, async t => {
      const backend = await startUdpBackend(t, tells('a'))
      const evenkeel = await startEvenkeel(t, [
        ...['--listen', `udp://${host}:0`, '--udp-idle-timeout', '1s'],
        ...['--backend', backend.address],
      ])
      const noLeaks = watchForLeaks(t, evenkeel)
      const clients = { 4: await openUdpClient(t, 4), 6: await openUdpClient(t, 6) }
      for (const address of addresses) {
        const reply = await clients[address.includes(':') ? 6 : 4].ask('hello', evenkeel.port, address)
        t.match(reply, { address, port: evenkeel.port, text: /^a / }, address)
      }
      const sessions = new Set(backend.received.all.map(({ port }) => port))
      t.equal(sessions.size, addresses.length, 'a session for each')
      await noLeaks()
    })
  }
}
