import t, { type Test } from 'tap'
import { balanceTcp, freshEcho, sessions, UNPROBED } from '../../fixtures/balanced-tcp.js'
import { watchForLeaks } from '../../fixtures/evenkeel.js'
import { quickest } from '../../fixtures/quickest.js'
import { TcpClient } from '../../fixtures/tcp-client.js'
import { echo, refuseTcp, serveTcp } from '../../fixtures/tcp-server.js'

const CLIENTS = 50

/** Sends 1 KiB from each client at once; resolves with how long the slowest echo took. */
async function echoAtOnce(t: Test, port: number): Promise<number> {
  const texts = Array.from({ length: CLIENTS }, (_, index) => `${index},`.padEnd(1024, 'x'))
  const took = await Promise.all(
    texts.map(async text => {
      const client = new TcpClient(port)
      t.equal(await client.exchange(text), text)
      const elapsed = performance.now() - client.openedAt
      t.same(await client.end(), { bytes: Buffer.from(text), outcome: 'end' })
      return elapsed
    }),
  )
  return Math.max(...took)
}

t.test('case 2: connect failover', async t => {
  const closed = await refuseTcp(t)
  let received = 0
  const server = await serveTcp(t, socket => {
    socket.on('data', chunk => (received += chunk.length))
    echo(socket)
  })
  const evenkeel = await balanceTcp(
    t,
    [closed.address, server.address],
    [...UNPROBED, '--passive', 'off', '--access-log'],
  )
  const noLeaks = watchForLeaks(t, evenkeel)
  let rounds = 0
  const slowest = await quickest(200, () => {
    rounds++
    return echoAtOnce(t, evenkeel.port)
  })
  t.ok(slowest < 200, `the slowest of ${CLIENTS} took ${slowest.toFixed()} ms`)
  await freshEcho(t, evenkeel)
  await noLeaks()
  t.equal(received, rounds * CLIENTS * 1024 + 'fresh'.length, 'the backend got everything once')
  const ended = await sessions(evenkeel, rounds * CLIENTS + 1)
  const tries = ended.map(({ attempts }) => attempts)
  t.equal(tries.length, rounds * CLIENTS + 1)
  const failures = tries.filter(attempts => attempts === 2).length
  t.ok(failures >= (rounds * CLIENTS) / 2, 'half of the clients met the closed port first')
  const errors = { backend: closed.address, error: 'ECONNREFUSED' }
  t.equal(await evenkeel.metric('evenkeel_connect_errors_total', errors), failures)
  t.equal(await evenkeel.metric('evenkeel_refused_total'), 0)
})

t.test('a backend that is known to be down costs no client an attempt', async t => {
  const closed = await refuseTcp(t)
  const server = await serveTcp(t, echo)
  const evenkeel = await balanceTcp(
    t,
    [closed.address, server.address],
    ['--probe-interval', '1h', '--probe-timeout', '1s'],
  )
  const noLeaks = watchForLeaks(t, evenkeel)
  await evenkeel.backendState(closed.address, 'down')
  const before = await evenkeel.metric('evenkeel_connect_errors_total')
  await echoAtOnce(t, evenkeel.port)
  t.equal(await evenkeel.metric('evenkeel_connect_errors_total'), before)
  await noLeaks()
})
