import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import { startEvenkeel, watchForLeaks } from '../../fixtures/evenkeel.js'
import { whileStopped } from '../../fixtures/stopped.js'
import { startUdpBackend, tells } from '../../fixtures/udp-backend.js'
import { openUdpClient, openUdpClients } from '../../fixtures/udp-client.js'

const IDLE_MS = 1000
/** More datagrams than the receive buffer of a socket takes unless it is told otherwise, and more than any takes. */
const SMALL_BURST = 400
const BIG_BURST = 20_000

t.jobs = 3

t.test('a process that was stopped lets no UDP session expire', { buffered: true }, async t => {
  const backend = await startUdpBackend(t, tells('a'))
  const evenkeel = await startEvenkeel(t, [
    ...['--listen', 'udp://127.0.0.1:0', '--udp-idle-timeout', `${IDLE_MS}ms`],
    ...['--backend', backend.address],
  ])
  const noLeaks = watchForLeaks(t, evenkeel)
  const clients = await openUdpClients(t, 10)
  const ask = (): Promise<string[]> =>
    Promise.all(clients.map(async client => (await client.ask('hello', evenkeel.port)).text))

  const before = await ask()
  await whileStopped(evenkeel, () => delay(2 * IDLE_MS))
  t.same(await ask(), before, 'the same sessions')
  t.equal(await evenkeel.metric('evenkeel_sessions_total'), clients.length)
  await noLeaks()
})

t.test('what the kernel drops while a process cannot read is counted', { buffered: true }, async t => {
  const backend = await startUdpBackend(t, () => undefined)
  const evenkeel = await startEvenkeel(t, [
    ...['--listen', 'udp://127.0.0.1:0', '--udp-idle-timeout', `${IDLE_MS}ms`],
    ...['--backend', backend.address],
  ])
  const noLeaks = watchForLeaks(t, evenkeel)
  const client = await openUdpClient(t)
  const sent = 20_000
  await whileStopped(evenkeel, async () => {
    for (let count = 0; count < sent; count += 1000) {
      await Promise.all(Array.from({ length: 1000 }, () => client.send('burst', evenkeel.port)))
    }
  })

  const dropped = (): Promise<number> =>
    evenkeel.metric('evenkeel_datagrams_dropped_total', { reason: 'kernel' })
  const passed = (): Promise<number> =>
    evenkeel.metric('evenkeel_datagrams_total', { direction: 'to_backend' })
  await evenkeel.until(
    async () => (await dropped()) + (await passed()),
    sum => sum === sent,
  )
  t.ok((await dropped()) > 0, `${await dropped()} of ${sent} were dropped`)
  t.ok((await passed()) > 100, `${await passed()} were passed on`)
  await noLeaks()
})

// Drops are counted while the session lasts: a test that is held up itself must not look too late.
t.test('replies that come while a process cannot read wait, or are counted', { buffered: true }, async t => {
  const backend = await openUdpClient(t)
  const evenkeel = await startEvenkeel(t, [
    ...['--listen', 'udp://127.0.0.1:0', '--udp-idle-timeout', `${5 * IDLE_MS}ms`],
    ...['--backend', `127.0.0.1:${backend.port}`],
  ])
  const noLeaks = watchForLeaks(t, evenkeel)
  const client = await openUdpClient(t)
  await client.send('hello', evenkeel.port)
  const { port } = await backend.replies.at(0)
  const burst = (count: number): Promise<void> =>
    whileStopped(evenkeel, async () => {
      await Promise.all(Array.from({ length: count }, () => backend.send('burst', port)))
    })
  const dropped = (): Promise<number> =>
    evenkeel.metric('evenkeel_datagrams_dropped_total', { reason: 'kernel' })
  const passed = (): Promise<number> =>
    evenkeel.metric('evenkeel_datagrams_total', { direction: 'to_client' })

  const accounted = (sent: number): Promise<number> =>
    evenkeel.until(
      async () => (await dropped()) + (await passed()),
      sum => sum === sent,
    )

  await burst(SMALL_BURST)
  await accounted(SMALL_BURST)
  t.equal(await passed(), SMALL_BURST, 'a small burst is passed on as a whole')

  await burst(BIG_BURST)
  await accounted(SMALL_BURST + BIG_BURST)
  const lost = await dropped()
  t.ok(lost > 0, `${lost} of ${BIG_BURST} were dropped`)
  t.same(await Promise.all([dropped(), dropped()]), [lost, lost], 'counted once')
  await noLeaks()
  t.equal(await dropped(), lost, 'and for good')
})
