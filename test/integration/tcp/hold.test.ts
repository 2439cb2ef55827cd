import t, { type Test } from 'tap'
import { allEnded, balanceTcp, PROBED, UNPROBED } from '../../fixtures/balanced-tcp.js'
import { watchForLeaks, type Evenkeel } from '../../fixtures/evenkeel.js'
import { quickest } from '../../fixtures/quickest.js'
import { nameFor, TcpClient } from '../../fixtures/tcp-client.js'
import { greet, refuseTcp, say, serveTcp, type TcpServer } from '../../fixtures/tcp-server.js'

/** The program while none of its backends is eligible. */
async function allDown(t: Test, hold: string): Promise<{ evenkeel: Evenkeel; server: TcpServer }> {
  const server = await refuseTcp(t, say('here'))
  const evenkeel = await balanceTcp(t, [server.address], [...PROBED, '--hold', hold, '--access-log'])
  await evenkeel.event('failover', ({ to }) => to === 'none')
  return { evenkeel, server }
}

/** A client that was taken but has no backend yet; one after the other, so that they are taken in this order. */
async function knock(evenkeel: Evenkeel): Promise<TcpClient> {
  const client = new TcpClient(evenkeel.port)
  await new Promise(resolve => client.socket.once('connect', resolve))
  return client
}

t.jobs = 3

t.test('parked clients are served when a backend appears', { buffered: true }, async t => {
  const { evenkeel, server } = await allDown(t, '1h')
  const noLeaks = watchForLeaks(t, evenkeel)
  const clients = await Promise.all(Array.from({ length: 10 }, () => knock(evenkeel)))
  await server.start()
  for (const client of clients) {
    t.same(await client.finished, { bytes: Buffer.from('here'), outcome: 'end' })
    client.socket.end()
  }
  t.equal(await evenkeel.metric('evenkeel_refused_total'), 0)
  await noLeaks()
})

t.test('parked clients are refused at the deadline', { buffered: true }, async t => {
  const HOLD = 300
  const { evenkeel } = await allDown(t, `${HOLD}ms`)
  const noLeaks = watchForLeaks(t, evenkeel)
  let rounds = 0
  const took = await quickest(HOLD + 100, async () => {
    rounds++
    const clients = Array.from({ length: 5 }, () => new TcpClient(evenkeel.port))
    const waits = await Promise.all(
      clients.map(async client => {
        t.same(await client.finished, { bytes: Buffer.alloc(0), outcome: 'reset' })
        return performance.now() - client.openedAt
      }),
    )
    t.ok(Math.min(...waits) >= HOLD, 'not before')
    return Math.max(...waits)
  })
  t.ok(took < HOLD + 100, `refused after ${took.toFixed()} ms`)
  t.equal(await evenkeel.metric('evenkeel_refused_total', { reason: 'no-backend' }), 5 * rounds)
  await noLeaks()
})

t.test('a place that becomes free goes to who waits longest', { buffered: true }, async t => {
  const server = await serveTcp(t, greet('in'))
  const evenkeel = await balanceTcp(
    t,
    [`${server.address},max-connections=1`],
    [...UNPROBED, '--hold', '1h', '--access-log'],
  )
  const noLeaks = watchForLeaks(t, evenkeel)
  const clients = [await knock(evenkeel), await knock(evenkeel), await knock(evenkeel)]
  for (const client of clients) {
    await client.receive(2)
    t.equal(await evenkeel.metric('evenkeel_sessions_active'), 1)
    await client.end()
  }
  await allEnded(evenkeel)
  t.equal(await evenkeel.metric('evenkeel_refused_total'), 0)
  await noLeaks()
})

t.test(
  'a parked client that leaves is not passed on as a session that lasts',
  { buffered: true },
  async t => {
    const { evenkeel, server } = await allDown(t, '1h')
    const noLeaks = watchForLeaks(t, evenkeel)
    const [stays, leaves] = [await knock(evenkeel), await knock(evenkeel)]
    leaves.abort()
    await server.start()
    t.equal((await stays.finished).bytes.toString(), 'here')
    stays.socket.end()
    t.equal(await nameFor(evenkeel.port), 'here')
    await noLeaks()
  },
)

t.test('parked clients do not delay the end', { buffered: true }, async t => {
  const { evenkeel } = await allDown(t, '1h')
  const before = evenkeel.openFiles()
  const clients = await Promise.all(Array.from({ length: 5 }, () => knock(evenkeel)))
  // Connected is not yet accepted: what the kernel still has is reset by it, and nobody knows of it.
  await evenkeel.until(
    () => Promise.resolve(evenkeel.openFiles()),
    open => open >= before + clients.length,
  )
  evenkeel.signal('SIGTERM')
  for (const client of clients) t.match(await client.finished, { outcome: 'reset' })
  t.same(await evenkeel.exit(), { code: 0, signal: null })
  t.ok(
    evenkeel.events.find(({ event, reason }) => event === 'refused' && reason === 'shutdown'),
    'they are told of as refused',
  )
})
