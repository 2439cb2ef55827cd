import t from 'tap'
import { startEvenkeel, watchForLeaks } from '../../fixtures/evenkeel.js'
import { tally } from '../../fixtures/statistics.js'
import { startUdpBackend, tells } from '../../fixtures/udp-backend.js'
import { openUdpClients } from '../../fixtures/udp-client.js'

const CLIENTS = 50
const DATAGRAMS = 20

t.test('case 3: UDP affinity', async t => {
  const a = await startUdpBackend(t, tells('a'))
  const b = await startUdpBackend(t, tells('b'))
  const evenkeel = await startEvenkeel(t, [
    ...['--listen', 'udp://127.0.0.1:0', '--udp-idle-timeout', '2s'],
    ...['--backend', a.address, '--backend', b.address],
  ])
  const noLeaks = watchForLeaks(t, evenkeel)
  const clients = await openUdpClients(t, CLIENTS)

  const answers = await Promise.all(
    clients.map(async client => {
      for (let number = 0; number < DATAGRAMS; number++) await client.ask(`${number}`, evenkeel.port)
      return client.replies.all
    }),
  )

  const all = answers.flat()
  t.equal(all.length, CLIENTS * DATAGRAMS, 'every datagram is answered')
  t.same(
    new Set(all.map(({ address, port }) => `${address}:${port}`)),
    new Set([`127.0.0.1:${evenkeel.port}`]),
    "from the listener's address",
  )
  const sessions = answers.map(replies => new Set(replies.map(({ text }) => text)))
  t.ok(
    sessions.every(({ size }) => size === 1),
    'one backend and one port per client',
  )
  t.equal(new Set(sessions.flatMap(texts => [...texts])).size, CLIENTS, 'and no port of two clients')
  t.same(
    tally(answers.map(([first]) => first?.text.charAt(0))),
    new Map([
      ['a', CLIENTS / 2],
      ['b', CLIENTS / 2],
    ]),
  )
  for (const [backend, { received }] of Object.entries({ [a.address]: a, [b.address]: b })) {
    t.equal(received.all.length, (CLIENTS * DATAGRAMS) / 2)
    const both = await Promise.all(
      ['to_backend', 'to_client'].map(direction =>
        evenkeel.metric('evenkeel_datagrams_total', { backend, direction }),
      ),
    )
    t.same(both, [received.all.length, received.all.length], 'counted')
  }
  await noLeaks()
})
