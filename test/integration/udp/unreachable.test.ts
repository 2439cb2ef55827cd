import t from 'tap'
import { startEvenkeel, watchForLeaks, type Evenkeel } from '../../fixtures/evenkeel.js'
import { isIsolated } from '../../fixtures/isolation.js'
import { startUdpBackend, tells } from '../../fixtures/udp-backend.js'
import { openUdpClients } from '../../fixtures/udp-client.js'

/** No route leads there from a network that has a loopback only. */
const UNREACHABLE = ['192.0.2.1:7', '192.0.2.2:7', '192.0.2.3:7']
const CLIENTS = 12

if (await isIsolated(t, import.meta.url)) {
  t.jobs = 3

  t.test('a client gets another backend when its own cannot be reached', { buffered: true }, async t => {
    const backend = await startUdpBackend(t, tells('a'))
    const evenkeel = await start([...UNREACHABLE, backend.address], 'rehome')
    const noLeaks = watchForLeaks(t, evenkeel)
    for (const client of await openUdpClients(t, CLIENTS)) {
      t.match((await client.ask('hello', evenkeel.port)).text, /^a /, 'the first datagram is answered')
      await client.ask('again', evenkeel.port)
    }
    t.equal(backend.received.all.length, 2 * CLIENTS)
    t.equal(await evenkeel.metric('evenkeel_sessions_total'), CLIENTS, 'in one session each')
    t.equal(await evenkeel.metric('evenkeel_datagrams_dropped_total'), 0)
    const errors = await evenkeel.metric('evenkeel_connect_errors_total', { error: 'ENETUNREACH' })
    t.ok(errors > 0 && errors <= UNREACHABLE.length * CLIENTS, `after ${errors} failed connects`)
    await noLeaks()
  })

  t.test('each backend is tried once for a datagram', { buffered: true }, async t => {
    const evenkeel = await start(UNREACHABLE, 'rehome')
    const noLeaks = watchForLeaks(t, evenkeel)
    const [client] = await openUdpClients(t, 1)
    await client?.send('lost', evenkeel.port)
    await lost(evenkeel, 1)
    for (const backend of UNREACHABLE) {
      t.equal(await evenkeel.metric('evenkeel_connect_errors_total', { backend }), 1, backend)
    }
    await noLeaks()
  })

  t.test('with --udp-on-down pin a client stays with its backend', { buffered: true }, async t => {
    const backend = await startUdpBackend(t, tells('a'))
    const evenkeel = await start([...UNREACHABLE.slice(0, 1), backend.address], 'pin')
    const noLeaks = watchForLeaks(t, evenkeel)
    const [client] = await openUdpClients(t, 1)
    await client?.send('lost', evenkeel.port)
    await lost(evenkeel, 1)
    t.same(backend.received.all, [])
    await noLeaks()
  })
}

function start(backends: readonly string[], onDown: string): Promise<Evenkeel> {
  return startEvenkeel(t, [
    ...['--listen', 'udp://127.0.0.1:0', '--udp-idle-timeout', '1s', '--passive', 'off'],
    ...['--udp-on-down', onDown, ...backends.flatMap(backend => ['--backend', backend])],
  ])
}

async function lost(evenkeel: Evenkeel, wanted: number): Promise<void> {
  await evenkeel.until(
    () => evenkeel.metric('evenkeel_datagrams_dropped_total', { reason: 'send-failed' }),
    count => count === wanted,
  )
}
