import t from 'tap'
import { alwaysHealthy } from '../../fixtures/always-healthy.js'
import { startEvenkeel, watchForLeaks, type Evenkeel } from '../../fixtures/evenkeel.js'
import { PROBED } from '../../fixtures/balanced-tcp.js'
import { startUdpBackend, tells } from '../../fixtures/udp-backend.js'
import { openUdpClient } from '../../fixtures/udp-client.js'

const FLAGS = ['--listen', 'udp://127.0.0.1:0', '--udp-idle-timeout', '1s', ...PROBED]

t.jobs = 4

t.test('a refused session moves before its backend counts as down', { buffered: true }, async t => {
  const a = await startUdpBackend(t, tells('a'))
  const b = await startUdpBackend(t, tells('b'))
  const evenkeel = await startEvenkeel(t, [...FLAGS, '--backend', a.address, '--backend', b.address])
  const noLeaks = watchForLeaks(t, evenkeel)
  const client = await openUdpClient(t)
  t.match((await client.ask('hello', evenkeel.port)).text, /^a /)

  await a.stop()
  await client.send('lost', evenkeel.port)
  await refusals(evenkeel, 1)
  t.match((await client.ask('next', evenkeel.port)).text, /^b /)
  t.notOk(
    evenkeel.events.some(({ event }) => event === 'backend-state'),
    'one refusal takes no backend down',
  )
  await noLeaks()
})

t.test('a refused session moves however late its next datagram comes', { buffered: true }, async t => {
  const a = await startUdpBackend(t, tells('a'))
  const b = await startUdpBackend(t, tells('b'))
  const evenkeel = await startEvenkeel(t, [
    ...['--listen', 'udp://127.0.0.1:0', '--backend', a.address, '--backend', b.address],
    ...[...PROBED, ...(await alwaysHealthy(t))],
  ])
  const client = await openUdpClient(t)
  t.match((await client.ask('hello', evenkeel.port)).text, /^a /)

  await a.stop()
  await client.send('lost', evenkeel.port)
  await refusals(evenkeel, 1)
  const probes = (): Promise<number> =>
    evenkeel.metric('evenkeel_probes_total', { backend: a.address, result: 'pass' })
  const passed = await probes()
  await evenkeel.until(probes, count => count >= passed + 3)
  t.match((await client.ask('next', evenkeel.port)).text, /^b /)
})

t.test('the only backend restarts', { buffered: true }, async t => {
  const backend = await startUdpBackend(t, tells('a'))
  const evenkeel = await startEvenkeel(t, [...FLAGS, '--backend', backend.address])
  const noLeaks = watchForLeaks(t, evenkeel)
  const client = await openUdpClient(t)
  await client.ask('hello', evenkeel.port)

  await backend.stop()
  await client.send('lost', evenkeel.port)
  await refusals(evenkeel, 1)
  await backend.start()
  t.match((await client.ask('next', evenkeel.port)).text, /^a /, 'the very next datagram is answered')
  await noLeaks()
})

t.test('the only backend stays away until it is down, and returns', { buffered: true }, async t => {
  const backend = await startUdpBackend(t, tells('a'))
  const evenkeel = await startEvenkeel(t, [...FLAGS, '--backend', backend.address])
  const noLeaks = watchForLeaks(t, evenkeel)
  const client = await openUdpClient(t)
  await client.ask('hello', evenkeel.port)

  await backend.stop()
  await evenkeel.until(
    async () => {
      await client.send('lost', evenkeel.port)
      return evenkeel.metric('evenkeel_datagrams_dropped_total', { reason: 'no-backend' })
    },
    dropped => dropped > 0,
  )
  const down = await evenkeel.backendState(backend.address, 'down')
  t.match(down, { from: 'unknown', cause: 'dead', reason: /ECONNREFUSED/, streak: 3 })
  await backend.start()
  t.match((await client.askUntilAnswered('back', evenkeel.port)).text, /^a /)
  await noLeaks()
})

t.test('a session that found no backend is not remembered', { buffered: true }, async t => {
  const backend = await startUdpBackend(t, tells('a'))
  await backend.stop()
  const evenkeel = await startEvenkeel(t, [
    ...[...FLAGS, '--probe', 'udp,send=ping'],
    ...['--backend', backend.address],
  ])
  const noLeaks = watchForLeaks(t, evenkeel)
  await evenkeel.backendState(backend.address, 'down')
  const client = await openUdpClient(t)
  await client.send('lost', evenkeel.port)
  await evenkeel.until(
    () => evenkeel.metric('evenkeel_datagrams_dropped_total', { reason: 'no-backend' }),
    dropped => dropped === 1,
  )
  t.equal(await evenkeel.metric('evenkeel_refused_total', { protocol: 'udp', reason: 'no-backend' }), 1)
  t.equal(await evenkeel.metric('evenkeel_sessions_total'), 0)
  t.match(await evenkeel.event('refused'), {
    protocol: 'udp',
    reason: 'no-backend',
    client: /^127\.0\.0\.1:/,
  })

  await backend.start()
  await evenkeel.backendState(backend.address, 'up')
  t.match((await client.ask('hello', evenkeel.port)).text, /^a /)
  await noLeaks()
})

t.test('an empty datagram is passed on, and none is invented', { buffered: true }, async t => {
  const backend = await startUdpBackend(t, datagram => datagram)
  const evenkeel = await startEvenkeel(t, [...FLAGS, '--backend', backend.address])
  const noLeaks = watchForLeaks(t, evenkeel)
  const client = await openUdpClient(t)
  const { bytes } = await client.ask('', evenkeel.port)
  t.equal(bytes.length, 0)
  t.same(
    backend.received.all.map(({ bytes }) => bytes.length),
    [0],
  )

  await backend.stop()
  await client.send('lost', evenkeel.port)
  await refusals(evenkeel, 1)
  await backend.start()
  t.equal((await client.ask('again', evenkeel.port)).text, 'again', 'nothing came for the lost one')
  t.same(
    backend.received.all.map(({ bytes }) => bytes.toString()),
    ['', 'again'],
    'and the backend saw nothing else',
  )
  await noLeaks()
})

async function refusals(evenkeel: Evenkeel, wanted: number): Promise<void> {
  await evenkeel.until(
    () => evenkeel.metric('evenkeel_connect_errors_total', { error: 'ECONNREFUSED' }),
    count => count >= wanted,
  )
}
