import t from 'tap'
import { startEvenkeel, watchForLeaks } from '../../fixtures/evenkeel.js'
import { startUdpBackend, tells } from '../../fixtures/udp-backend.js'
import { openUdpClient } from '../../fixtures/udp-client.js'

/** What makes the program meet a forged datagram that is earlier than it usually is. */
const FORGER = new URL('../../fixtures/forger.js', import.meta.url).href

t.test('replies of others than the backend do not reach the client', async t => {
  const backend = await startUdpBackend(t, tells('a'))
  const foreigner = await openUdpClient(t)
  const evenkeel = await startEvenkeel(t, [
    ...['--listen', 'udp://127.0.0.1:0', '--udp-idle-timeout', '1s'],
    ...['--backend', backend.address],
  ])
  const noLeaks = watchForLeaks(t, evenkeel)
  const client = await openUdpClient(t)
  await client.ask('hello', evenkeel.port)

  const { port } = await backend.received.at(0)
  await foreigner.send('forged', port)
  await client.ask('again', evenkeel.port)
  t.same(
    client.replies.all.map(({ text }) => text),
    [`a ${port}`, `a ${port}`],
  )
  t.equal(await evenkeel.metric('evenkeel_datagrams_total', { direction: 'to_client' }), 2)
  await noLeaks()
})

t.test('what others send before a session is connected does not reach its client', async t => {
  const backend = await startUdpBackend(t, tells('a'))
  const evenkeel = await startEvenkeel(
    t,
    [...['--listen', 'udp://127.0.0.1:0', '--udp-idle-timeout', '1s'], ...['--backend', backend.address]],
    { shell: `export NODE_OPTIONS=--import=${FORGER};` },
  )
  const noLeaks = watchForLeaks(t, evenkeel)
  const client = await openUdpClient(t)
  for (let number = 0; number < 3; number++) await client.ask('hello', evenkeel.port)
  const { port } = await backend.received.at(0)
  t.same(
    client.replies.all.map(({ text }) => text),
    [1, 2, 3].map(() => `a ${port}`),
  )
  t.equal(await evenkeel.metric('evenkeel_datagrams_total', { direction: 'to_client' }), 3)
  await noLeaks()
})
