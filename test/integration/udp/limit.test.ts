import t from 'tap'
import { startEvenkeel, watchForLeaks } from '../../fixtures/evenkeel.js'
import { startUdpBackend, tells } from '../../fixtures/udp-backend.js'
import { openUdpClients, openUdpClient } from '../../fixtures/udp-client.js'

t.test('--max-udp-sessions drops new clients and evicts no live session', async t => {
  const backend = await startUdpBackend(t, tells('a'))
  const evenkeel = await startEvenkeel(t, [
    ...['--listen', 'udp://127.0.0.1:0', '--udp-idle-timeout', '1500ms', '--max-udp-sessions', '3'],
    ...['--backend', backend.address],
  ])
  const noLeaks = watchForLeaks(t, evenkeel)
  const clients = await openUdpClients(t, 3)
  const before = await Promise.all(clients.map(client => client.ask('hello', evenkeel.port)))

  const surplus = await openUdpClient(t)
  for (let number = 1; number <= 5; number++) await surplus.send('let me in', evenkeel.port)
  await evenkeel.until(
    () => evenkeel.metric('evenkeel_datagrams_dropped_total', { reason: 'limit' }),
    dropped => dropped === 5,
  )
  t.equal(await evenkeel.metric('evenkeel_refused_total', { protocol: 'udp', reason: 'limit' }), 5)
  t.equal(await evenkeel.metric('evenkeel_sessions_active'), 3)

  const after = await Promise.all(clients.map(client => client.ask('still here', evenkeel.port)))
  t.same(
    after.map(({ text }) => text),
    before.map(({ text }) => text),
    'the live sessions go on',
  )
  t.equal(backend.received.all.length, 6, 'the backend saw nothing of the surplus')

  await noLeaks()
  t.match((await surplus.ask('now?', evenkeel.port)).text, /^a /, 'a free place is given away')
})
