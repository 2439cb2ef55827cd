import t, { type Test } from 'tap'
import { balanceTcp, sessions, UNPROBED } from '../../fixtures/balanced-tcp.js'
import { watchForLeaks } from '../../fixtures/evenkeel.js'
import { quickest } from '../../fixtures/quickest.js'
import { nameFor, TcpClient } from '../../fixtures/tcp-client.js'
import { refuseTcp, say, serveTcp } from '../../fixtures/tcp-server.js'

const STUBBORN = [...UNPROBED, '--passive', 'off', '--access-log']

async function closedPorts(t: Test, count: number): Promise<readonly string[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => refuseTcp(t)))
  return servers.map(({ address }) => address)
}

t.test('when all attempts failed the client is reset', async t => {
  const evenkeel = await balanceTcp(t, await closedPorts(t, 4), STUBBORN)
  const noLeaks = watchForLeaks(t, evenkeel)
  let rounds = 0
  const took = await quickest(100, async () => {
    rounds++
    const client = new TcpClient(evenkeel.port)
    t.same(await client.finished, { bytes: Buffer.alloc(0), outcome: 'reset' })
    return performance.now() - client.openedAt
  })
  t.ok(took < 100, `reset after ${took.toFixed()} ms`)
  t.equal(await evenkeel.metric('evenkeel_connect_errors_total'), 3 * rounds, 'three attempts each')
  t.equal(await evenkeel.metric('evenkeel_refused_total', { reason: 'connect-failed' }), rounds)
  t.equal(await evenkeel.metric('evenkeel_refused_total'), rounds)
  t.match(await evenkeel.event('refused'), { reason: 'connect-failed', protocol: 'tcp' })
  t.equal(await evenkeel.metric('evenkeel_sessions_total'), 0)
  await noLeaks()
})

t.test('--connect-attempts 2: the third backend is not tried', async t => {
  const server = await serveTcp(t, say('served'))
  const backends = [...(await closedPorts(t, 2)), server.address]
  const evenkeel = await balanceTcp(t, backends, [...STUBBORN, '--connect-attempts', '2'])
  const noLeaks = watchForLeaks(t, evenkeel)
  t.equal(await nameFor(evenkeel.port), 'reset')
  t.equal(await nameFor(evenkeel.port), 'served')
  await noLeaks()
})

t.test('each attempt goes to a backend not tried yet', async t => {
  const server = await serveTcp(t, say('served'))
  const backends = [...(await closedPorts(t, 3)), server.address]
  const evenkeel = await balanceTcp(t, backends, [...STUBBORN, '--connect-attempts', '10'])
  const noLeaks = watchForLeaks(t, evenkeel)
  for (let count = 0; count < 8; count++) t.equal(await nameFor(evenkeel.port), 'served')
  await noLeaks()
  for (const { attempts } of await sessions(evenkeel, 8)) t.ok(Number(attempts) <= 4)
})

t.test('backups follow once every primary was tried', async t => {
  const server = await serveTcp(t, say('backup'))
  const backends = [...(await closedPorts(t, 2)), `${server.address},backup`]
  const evenkeel = await balanceTcp(t, backends, STUBBORN)
  const noLeaks = watchForLeaks(t, evenkeel)
  t.equal(await nameFor(evenkeel.port), 'backup')
  t.match(await evenkeel.event('session'), { backend: server.address, attempts: 3 })
  t.notOk(evenkeel.events.find(({ event }) => event === 'failover'))
  await noLeaks()
})
