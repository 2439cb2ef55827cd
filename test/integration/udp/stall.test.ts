import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import { startEvenkeel, watchForLeaks } from '../../fixtures/evenkeel.js'
import { whileStopped } from '../../fixtures/stopped.js'
import { startUdpBackend, tells } from '../../fixtures/udp-backend.js'
import { openUdpClient, openUdpClients } from '../../fixtures/udp-client.js'

const IDLE_MS = 1000

t.jobs = 2

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
