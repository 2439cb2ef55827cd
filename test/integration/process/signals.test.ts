import t from 'tap'
import { startEvenkeel, watchForLeaks } from '../../fixtures/evenkeel.js'
import { quickest } from '../../fixtures/quickest.js'
import { startUdpBackend, tells } from '../../fixtures/udp-backend.js'
import { openUdpClient } from '../../fixtures/udp-client.js'

const LONGEST_MS = 200

t.jobs = 2

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  t.test(`${signal} ends it at once when nobody is served`, { buffered: true }, async t => {
    const listeners = ['--listen', '127.0.0.1:0', '--listen', 'udp://127.0.0.1:0']
    const evenkeel = await startEvenkeel(t, [...listeners, '--backend', '127.0.0.1:9'])
    const noLeaks = watchForLeaks(t, evenkeel)
    await noLeaks()
    evenkeel.signal(signal)
    t.same(await evenkeel.exit(), { code: 0, signal: null })
    const [draining, stopped] = evenkeel.events.slice(-2)
    t.match([draining, stopped], [{ event: 'draining', graceMs: 30_000 }, { event: 'stopped' }])
    t.equal(evenkeel.stderr, '')
  })
}

for (const [first, second] of [
  ['SIGINT', 'SIGINT'],
  ['SIGTERM', 'SIGINT'],
] as const) {
  t.test(`${second} after ${first} ends it while UDP clients are served`, { buffered: true }, async t => {
    const backend = await startUdpBackend(t, tells('a'))
    const tookMs = await quickest(LONGEST_MS, async () => {
      const flags = ['--listen', 'udp://127.0.0.1:0', '--access-log', '--backend', backend.address]
      const evenkeel = await startEvenkeel(t, flags)
      const client = await openUdpClient(t)
      await client.ask('hello', evenkeel.port)
      evenkeel.signal(first)
      await evenkeel.event('draining')
      await client.ask('still here', evenkeel.port)
      const signalled = performance.now()
      evenkeel.signal(second)
      t.same(await evenkeel.exit(), { code: 0, signal: null })
      const took = performance.now() - signalled
      t.match(await evenkeel.event('session'), { reason: 'shutdown' }, 'its last lines are written')
      t.equal(evenkeel.events.at(-1)?.event, 'stopped')
      return took
    })
    t.ok(tookMs < LONGEST_MS, `after ${tookMs.toFixed(0)} ms`)
  })
}
