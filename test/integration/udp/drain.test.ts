import t from 'tap'
import { startEvenkeel } from '../../fixtures/evenkeel.js'
import { startUdpBackend, tells } from '../../fixtures/udp-backend.js'
import { openUdpClient } from '../../fixtures/udp-client.js'

const FLAGS = ['--listen', 'udp://127.0.0.1:0', '--access-log']
const DRAIN_MS = 2000

t.jobs = 4

t.test('UDP sessions go on until the drain timeout; new clients are dropped', { buffered: true }, async t => {
  const backend = await startUdpBackend(t, tells('a'))
  const evenkeel = await startEvenkeel(t, [
    ...[...FLAGS, '--drain-timeout', `${DRAIN_MS}ms`],
    ...['--backend', backend.address],
  ])
  const client = await openUdpClient(t)
  const before = await client.ask('hello', evenkeel.port)

  const signalled = performance.now()
  evenkeel.signal('SIGTERM')
  t.match(await evenkeel.event('draining'), { graceMs: DRAIN_MS })
  t.equal((await client.ask('still here', evenkeel.port)).text, before.text)
  const newcomer = await openUdpClient(t)
  await newcomer.send('hello', evenkeel.port)
  t.match(await evenkeel.event('refused'), { protocol: 'udp', reason: 'shutdown' })

  const { text } = await client.ask('and here', evenkeel.port)
  t.equal(text, before.text)
  t.same(await evenkeel.exit(), { code: 0, signal: null })
  const took = performance.now() - signalled
  t.ok(took >= DRAIN_MS && took < 2 * DRAIN_MS, `ended after ${took.toFixed(0)} ms`)
  t.match(await evenkeel.event('session'), { client: `127.0.0.1:${client.port}`, reason: 'shutdown' })
  t.equal(evenkeel.events.at(-1)?.event, 'stopped')
  t.equal(backend.received.all.length, 3, 'the backend saw nothing of the new client')
  t.same(newcomer.replies.all, [])
  t.equal(evenkeel.stderr, '')
})

t.test('a draining process moves a session whose backend dies', { buffered: true }, async t => {
  const a = await startUdpBackend(t, tells('a'))
  const b = await startUdpBackend(t, tells('b'))
  const evenkeel = await startEvenkeel(t, [
    ...[...FLAGS, '--udp-idle-timeout', '1s'],
    ...['--backend', a.address, '--backend', b.address],
  ])
  const client = await openUdpClient(t)
  t.match((await client.ask('hello', evenkeel.port)).text, /^a /)

  evenkeel.signal('SIGTERM')
  await evenkeel.event('draining')
  await a.stop()
  const moved = await client.askUntilAnswered('anybody?', evenkeel.port)
  t.match(moved.text, /^b /)
  t.match(await evenkeel.event('session'), { backend: a.address, reason: 'backend-down' })
  const newcomer = await openUdpClient(t)
  await newcomer.send('hello', evenkeel.port)
  t.match(await evenkeel.event('refused'), { client: `127.0.0.1:${newcomer.port}`, reason: 'shutdown' })

  t.equal((await client.ask('still here', evenkeel.port)).text, moved.text)
  t.same(await evenkeel.exit(), { code: 0, signal: null })
  t.match(
    await evenkeel.event('session', ({ backend }) => backend === b.address),
    { reason: 'idle-timeout' },
    'and ends with it',
  )
  t.equal(evenkeel.stderr, '')
})

t.test('a drain ends with the last UDP session', { buffered: true }, async t => {
  const backend = await startUdpBackend(t, tells('a'))
  const evenkeel = await startEvenkeel(t, [
    ...[...FLAGS, '--udp-idle-timeout', '500ms'],
    ...['--backend', backend.address],
  ])
  const client = await openUdpClient(t)
  await client.ask('hello', evenkeel.port)
  evenkeel.signal('SIGTERM')
  t.same(await evenkeel.exit(), { code: 0, signal: null })
  t.match(await evenkeel.event('session'), { reason: 'idle-timeout' })
  t.equal(evenkeel.stderr, '')
})

t.test('timeouts of a year do not end at once', { buffered: true }, async t => {
  const backend = await startUdpBackend(t, tells('a'))
  const evenkeel = await startEvenkeel(t, [
    ...[...FLAGS, '--drain-timeout', '365d', '--udp-idle-timeout', '365d'],
    ...['--backend', backend.address],
  ])
  const client = await openUdpClient(t)
  const before = await client.ask('hello', evenkeel.port)
  evenkeel.signal('SIGTERM')
  await evenkeel.event('draining')
  for (let count = 0; count < 100; count++) await client.ask('still here', evenkeel.port)
  t.ok(client.replies.all.every(({ text }) => text === before.text))
  evenkeel.signal('SIGTERM')
  t.same(await evenkeel.exit(), { code: 0, signal: null })
  t.match(await evenkeel.event('session'), { reason: 'shutdown' })
})
