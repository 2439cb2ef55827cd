import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import { startEvenkeel, watchForLeaks } from '../../fixtures/evenkeel.js'
import { Mailbox } from '../../fixtures/mailbox.js'
import { quickest } from '../../fixtures/quickest.js'
import { startUdpBackend, tells } from '../../fixtures/udp-backend.js'
import { openUdpClient, openUdpClients } from '../../fixtures/udp-client.js'

const TIMEOUT_MS = 2000
const GONE_MS = 3000
const FLAGS = ['--listen', 'udp://127.0.0.1:0', '--udp-idle-timeout', `${TIMEOUT_MS}ms`]

t.jobs = 4

t.test('case 22: UDP idle', { buffered: true }, async t => {
  const backend = await startUdpBackend(t, tells('a'))
  const evenkeel = await startEvenkeel(t, [...FLAGS, '--backend', backend.address])
  const noLeaks = watchForLeaks(t, evenkeel)
  const clients = await openUdpClients(t, 500)

  const [client] = clients
  if (client === undefined) throw new Error('no client')
  let rounds = 0
  const idle = await quickest(GONE_MS, async () => {
    rounds++
    await Promise.all(clients.slice(1).map(client => client.ask('hello', evenkeel.port)))
    await client.ask('hello', evenkeel.port)
    const lastActive = performance.now()
    t.equal(await evenkeel.metric('evenkeel_sessions_active'), 500)
    await evenkeel.until(
      () => evenkeel.metric('evenkeel_sessions_active'),
      active => active === 0,
    )
    return performance.now() - lastActive
  })
  t.ok(idle >= TIMEOUT_MS - 10 && idle < GONE_MS, `all gone after ${idle.toFixed(0)} ms`)
  t.equal(
    await evenkeel.metric('evenkeel_sessions_closed_total', { reason: 'idle-timeout' }),
    rounds * clients.length,
  )
  await noLeaks()

  const after = await client.ask('hello again', evenkeel.port)
  t.not(after.text, client.replies.all[0]?.text, 'the next datagram starts a new session')
})

t.test('a datagram that comes late does not revive its session', { buffered: true }, async t => {
  const backend = await startUdpBackend(t, tells('a'))
  const evenkeel = await startEvenkeel(t, [...FLAGS, '--backend', backend.address])
  const noLeaks = watchForLeaks(t, evenkeel)
  // Spread over the time between two sweeps, so that most of the sessions are not swept yet when they have expired.
  const clients = await openUdpClients(t, 20)
  const answers = await Promise.all(
    clients.map(async (client, index) => {
      await delay(index * 12)
      const before = await client.ask('hello', evenkeel.port)
      await delay(TIMEOUT_MS + 20)
      const after = await client.ask('late', evenkeel.port)
      return [before.text, after.text]
    }),
  )
  t.ok(
    answers.every(([before, after]) => before !== after),
    'each gets a new session',
  )
  t.equal(await evenkeel.metric('evenkeel_sessions_total'), 40)
  t.equal(await evenkeel.metric('evenkeel_sessions_closed_total', { reason: 'idle-timeout' }), 20)
  await noLeaks()
})

t.test('a reply that comes late does not revive its session', { buffered: true }, async t => {
  const backend = await startUdpBackend(t, (_datagram, port) => {
    setTimeout(() => {
      backend.push('late', port)
      pushed.push(port)
    }, TIMEOUT_MS + 100)
    return undefined
  })
  const pushed = new Mailbox<number>()
  const evenkeel = await startEvenkeel(t, [...FLAGS, '--backend', backend.address])
  const noLeaks = watchForLeaks(t, evenkeel)
  const clients = await openUdpClients(t, 20)
  await Promise.all(
    clients.map(async (client, index) => {
      await delay(index * 12)
      await client.send('hello', evenkeel.port)
    }),
  )
  await pushed.count(clients.length)
  await evenkeel.until(
    () => evenkeel.metric('evenkeel_sessions_closed_total', { reason: 'idle-timeout' }),
    ended => ended === clients.length,
  )
  t.equal(await evenkeel.metric('evenkeel_datagrams_total', { direction: 'to_client' }), 0)
  t.same(
    clients.flatMap(({ replies }) => replies.all),
    [],
    'nobody hears of it',
  )
  await noLeaks()
})

t.test('datagrams of the backend alone keep a session alive', { buffered: true }, async t => {
  const backend = await startUdpBackend(t, tells('a'))
  const evenkeel = await startEvenkeel(t, [...FLAGS, '--backend', backend.address])
  const noLeaks = watchForLeaks(t, evenkeel)
  const client = await openUdpClient(t)
  const before = await client.ask('hello', evenkeel.port)
  const { port } = await backend.received.at(0)
  const pushing = setInterval(() => backend.push('news', port), 100)
  t.teardown(() => clearInterval(pushing))
  await delay(TIMEOUT_MS * 1.25)
  t.ok(client.replies.all.length > 10, 'the client hears of the backend')
  clearInterval(pushing)
  await client.send('still here', evenkeel.port)
  await client.replies.find(reply => reply !== before && reply.text === before.text)
  t.equal(await evenkeel.metric('evenkeel_sessions_total'), 1, 'in the same session')
  await noLeaks()
})
