import t from 'tap'
import { balanceTcp, loggedAt, PROBED, transitions, UNPROBED } from '../../fixtures/balanced-tcp.js'
import { watchForLeaks } from '../../fixtures/evenkeel.js'
import { nameFor } from '../../fixtures/tcp-client.js'
import { refuseTcp, say, serveTcp } from '../../fixtures/tcp-server.js'

const DOWN_INTERVAL = 1000

t.jobs = 3

t.test(
  'probe none: clients alone take a backend down, and it is tried again',
  { buffered: true },
  async t => {
    const closed = await refuseTcp(t, say('back'))
    const server = await serveTcp(t, say('other'))
    const evenkeel = await balanceTcp(
      t,
      [closed.address, server.address],
      [...UNPROBED, '--probe-fall', '3', '--probe-down-interval', `${DOWN_INTERVAL}ms`],
    )
    const noLeaks = watchForLeaks(t, evenkeel)
    for (let count = 0; count < 6; count++) t.equal(await nameFor(evenkeel.port), 'other')
    const down = await evenkeel.backendState(closed.address, 'down')
    t.match(down, { from: 'unknown', cause: 'dead', reason: /ECONNREFUSED/, streak: 3, durationMs: null })
    t.equal(await evenkeel.metric('evenkeel_connect_errors_total'), 3)
    t.equal(await nameFor(evenkeel.port), 'other')
    t.equal(await evenkeel.metric('evenkeel_connect_errors_total'), 3, 'it is left alone')

    await closed.start()
    const again = await evenkeel.backendState(closed.address, 'unknown')
    t.ok(loggedAt(again) - loggedAt(down) >= DOWN_INTERVAL - 100, 'after the interval')
    const names = [await nameFor(evenkeel.port), await nameFor(evenkeel.port)]
    t.same(names.sort(), ['back', 'other'])
    t.same(transitions(evenkeel, closed.address), ['unknown-down', 'down-unknown'])
    await noLeaks()
  },
)

t.test('a connect that works resets the count of failures', { buffered: true }, async t => {
  const server = await serveTcp(t, say('served'))
  const evenkeel = await balanceTcp(t, [server.address], [...UNPROBED, '--probe-fall', '3'])
  const noLeaks = watchForLeaks(t, evenkeel)
  for (let count = 0; count < 3; count++) {
    server.stop()
    for (let failures = 0; failures < 2; failures++) t.equal(await nameFor(evenkeel.port), 'reset')
    await server.start()
    t.equal(await nameFor(evenkeel.port), 'served')
  }
  t.same(transitions(evenkeel, server.address), [])
  await noLeaks()
})

t.test('refusals are told at once where probes run', { buffered: true }, async t => {
  const server = await serveTcp(t, say('one'))
  const other = await serveTcp(t, say('two'))
  const slow = ['--probe-interval', '1h', '--probe-timeout', '1s', '--probe-fall', '3']
  const evenkeel = await balanceTcp(t, [server.address, other.address], slow)
  const noLeaks = watchForLeaks(t, evenkeel)
  const backends = [server, other].map(({ address }) => address)
  await Promise.all(backends.map(backend => evenkeel.backendState(backend, 'up')))
  server.stop()
  const names: string[] = []
  while (!transitions(evenkeel, server.address).includes('up-down')) names.push(await nameFor(evenkeel.port))
  const failed = await evenkeel.metric('evenkeel_connect_errors_total', { backend: server.address })
  t.ok(failed <= 3, `${failed} clients were enough, though no probe was due for an hour`)
  t.ok(names.every(name => name === 'two'))
  await noLeaks()
})

t.test('--passive off: refusals say nothing', { buffered: true }, async t => {
  const closed = await refuseTcp(t)
  const server = await serveTcp(t, say('other'))
  const evenkeel = await balanceTcp(t, [closed.address, server.address], [...UNPROBED, '--passive', 'off'])
  const noLeaks = watchForLeaks(t, evenkeel)
  for (let count = 0; count < 20; count++) t.equal(await nameFor(evenkeel.port), 'other')
  const { backends } = await evenkeel.service()
  t.match(
    backends.map(({ health }) => health),
    ['unknown', 'unknown'],
  )
  const errors = await evenkeel.metric('evenkeel_connect_errors_total', { backend: closed.address })
  t.ok(errors >= 10, `it was tried ${errors} times`)
  t.same(transitions(evenkeel, closed.address), [])
  await noLeaks()
})

t.test('a passive failure does not count as a first result', { buffered: true }, async t => {
  const closed = await refuseTcp(t)
  const options = ['--probe-interval', '1h', '--probe-timeout', '1s', '--probe-fall', '2']
  const evenkeel = await balanceTcp(t, [closed.address], options)
  const noLeaks = watchForLeaks(t, evenkeel)
  t.equal(await nameFor(evenkeel.port), 'reset')
  const down = await evenkeel.backendState(closed.address, 'down')
  t.match(down, { from: 'unknown', reason: /ECONNREFUSED/ })
  t.type(down['durationMs'], 'number', 'a probe decided')
  await noLeaks()
})

t.test('a backend that connects but fails its probe stays down', { buffered: true }, async t => {
  const server = await serveTcp(t, say('wrong'))
  const options = [...PROBED, '--probe', 'tcp,expect=right']
  const evenkeel = await balanceTcp(t, [server.address], options)
  const noLeaks = watchForLeaks(t, evenkeel)
  await evenkeel.backendState(server.address, 'down')
  t.equal(await nameFor(evenkeel.port), 'reset')
  t.same(transitions(evenkeel, server.address), ['unknown-down'])
  await noLeaks()
})
