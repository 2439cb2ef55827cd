import t from 'tap'
import { startEvenkeel, watchForLeaks } from '../../fixtures/evenkeel.js'
import { startUdpBackend } from '../../fixtures/udp-backend.js'
import { openUdpClient } from '../../fixtures/udp-client.js'

t.test('UDP sessions in the access log and in the metrics', async t => {
  const backend = await startUdpBackend(t, () => 'four')
  const evenkeel = await startEvenkeel(t, [
    ...['--listen', 'udp://127.0.0.1:0', '--udp-idle-timeout', '1s', '--access-log', '--name', 'game'],
    ...['--backend', `${backend.address},name=one`],
  ])
  const noLeaks = watchForLeaks(t, evenkeel)
  t.match(await evenkeel.service(), {
    listeners: [{ protocol: 'udp', address: '127.0.0.1', port: evenkeel.port }],
  })
  const client = await openUdpClient(t)
  for (const datagram of ['', 'abc', '0123456789']) await client.ask(datagram, evenkeel.port)
  t.match(await evenkeel.service(), { backends: [{ name: 'one', sessionsActive: 1, sessionsTotal: 1 }] })

  const session = await evenkeel.event('session')
  t.match(session, {
    service: 'game',
    protocol: 'udp',
    client: `127.0.0.1:${client.port}`,
    backend: 'one',
    reason: 'idle-timeout',
    connectMs: 0,
    bytesToBackend: 13,
    bytesToClient: 12,
    attempts: 1,
  })
  t.ok(Number(session['durationMs']) >= 1000)

  const one = { service: 'game', backend: 'one' }
  const udp = { ...one, protocol: 'udp' }
  const expected: readonly (readonly [name: string, labels: Record<string, string>, value: number])[] = [
    ['sessions_total', udp, 1],
    ['sessions_active', udp, 0],
    ['sessions_closed_total', { ...udp, reason: 'idle-timeout' }, 1],
    ['bytes_total', { ...udp, direction: 'to_backend' }, 13],
    ['bytes_total', { ...udp, direction: 'to_client' }, 12],
    ['datagrams_total', { ...one, direction: 'to_backend' }, 3],
    ['datagrams_total', { ...one, direction: 'to_client' }, 3],
    ['session_duration_seconds_count', { service: 'game', protocol: 'udp' }, 1],
    ['sessions_total', { ...one, protocol: 'tcp' }, 0],
    ['datagrams_dropped_total', { service: 'game' }, 0],
  ]
  for (const [name, labels, value] of expected) {
    t.equal(await evenkeel.metric(`evenkeel_${name}`, labels), value, `${name} ${JSON.stringify(labels)}`)
  }
  const { body } = await evenkeel.get('/metrics')
  for (const reason of ['limit', 'no-backend', 'loop', 'backend-down', 'send-failed', 'shutdown', 'kernel']) {
    t.match(body, `evenkeel_datagrams_dropped_total{service="game",reason="${reason}"} 0`, reason)
  }
  await noLeaks()
})
