import t from 'tap'
import { alwaysHealthy } from '../../fixtures/always-healthy.js'
import { startEvenkeel, watchForLeaks } from '../../fixtures/evenkeel.js'
import { PROBED } from '../../fixtures/balanced-tcp.js'
import { startUdpBackend, tells } from '../../fixtures/udp-backend.js'
import { openUdpClient } from '../../fixtures/udp-client.js'

const FLAGS = ['--listen', 'udp://127.0.0.1:0', '--udp-idle-timeout', '2s', ...PROBED]

t.jobs = 3

t.test('--udp-on-down drop: the session waits for its backend', { buffered: true }, async t => {
  const a = await startUdpBackend(t, tells('a'))
  const b = await startUdpBackend(t, tells('b'))
  const evenkeel = await startEvenkeel(t, [
    ...[...FLAGS, '--udp-on-down', 'drop'],
    ...['--backend', a.address, '--backend', b.address],
  ])
  const noLeaks = watchForLeaks(t, evenkeel)
  const client = await openUdpClient(t)
  const before = await client.ask('hello', evenkeel.port)
  t.match(before.text, /^a /)

  await a.stop()
  await evenkeel.until(
    async () => {
      await client.send('lost', evenkeel.port)
      return evenkeel.metric('evenkeel_datagrams_dropped_total', { reason: 'backend-down' })
    },
    dropped => dropped > 2,
  )
  t.same(b.received.all, [], 'nothing goes elsewhere')

  await a.start()
  const after = await client.askUntilAnswered('back', evenkeel.port)
  t.equal(after.text, before.text, 'the same session goes on')
  t.same(b.received.all, [])
  await noLeaks()
})

t.test('--udp-on-down pin: the session stays', { buffered: true }, async t => {
  const a = await startUdpBackend(t, tells('a'))
  const b = await startUdpBackend(t, tells('b'))
  const evenkeel = await startEvenkeel(t, [
    ...[...FLAGS, '--udp-on-down', 'pin'],
    ...['--backend', a.address, '--backend', b.address],
  ])
  const noLeaks = watchForLeaks(t, evenkeel)
  const client = await openUdpClient(t)
  const before = await client.ask('hello', evenkeel.port)
  t.match(before.text, /^a /)

  await a.stop()
  const refusals = (): Promise<number> =>
    evenkeel.metric('evenkeel_connect_errors_total', { backend: a.address, error: 'ECONNREFUSED' })
  const send = async (): Promise<number> => {
    await client.send('lost', evenkeel.port)
    return refusals()
  }
  await evenkeel.until(send, count => count >= 3)
  await evenkeel.backendState(a.address, 'down')
  const whenDown = await refusals()
  await evenkeel.until(send, count => count >= whenDown + 2)
  t.same(b.received.all, [], 'nothing goes elsewhere, although the backend counts as down')
  t.equal(await evenkeel.metric('evenkeel_datagrams_dropped_total', { reason: 'backend-down' }), 0)

  await a.start()
  const after = await client.askUntilAnswered('back', evenkeel.port)
  t.equal(after.text, before.text, 'the same session goes on')
  await noLeaks()
})

t.test(
  '--udp-on-down drop: one refusal does not mute the session of a healthy backend',
  { buffered: true },
  async t => {
    const a = await startUdpBackend(t, tells('a'))
    const evenkeel = await startEvenkeel(t, [
      ...[...FLAGS, '--udp-on-down', 'drop', '--probe-down-interval', '1h'],
      ...['--backend', a.address, ...(await alwaysHealthy(t))],
    ])
    const noLeaks = watchForLeaks(t, evenkeel)
    await evenkeel.backendState(a.address, 'up')
    const client = await openUdpClient(t)
    const before = await client.ask('hello', evenkeel.port)

    await a.stop()
    await client.send('lost', evenkeel.port)
    await evenkeel.until(
      () => evenkeel.metric('evenkeel_connect_errors_total', { error: 'ECONNREFUSED' }),
      count => count === 1,
    )
    await a.start()
    const after = await client.askUntilAnswered('back', evenkeel.port)
    t.equal(after.text, before.text, 'the same session goes on')
    t.equal(evenkeel.events.filter(({ event }) => event === 'backend-state').length, 1)
    await noLeaks()
  },
)
