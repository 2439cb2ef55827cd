import t, { type Test } from 'tap'
import { balanceTcp, freshEcho, loggedAt, PROBED, transitions, UP } from '../../fixtures/balanced-tcp.js'
import { watchForLeaks } from '../../fixtures/evenkeel.js'
import { quickest } from '../../fixtures/quickest.js'
import { TcpClient } from '../../fixtures/tcp-client.js'
import { echo, refuseTcp } from '../../fixtures/tcp-server.js'

/** Resolves with how long the slowest of 20 clients waited for its refusal. */
async function refusedAtOnce(t: Test, port: number): Promise<number> {
  const took = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const client = new TcpClient(port)
      const { bytes, outcome } = await client.finished
      t.equal(outcome, 'reset')
      t.equal(bytes.length, 0)
      return performance.now() - client.openedAt
    }),
  )
  return Math.max(...took)
}

t.test('case 4: all down, then back', async t => {
  const [first, second] = await Promise.all([refuseTcp(t, echo), refuseTcp(t, echo)])
  const evenkeel = await balanceTcp(t, [first.address, second.address], PROBED)
  const noLeaks = watchForLeaks(t, evenkeel)
  await evenkeel.event('failover', ({ to }) => to === 'none')
  t.equal((await evenkeel.get('/readyz')).status, 503)

  let rounds = 0
  const slowest = await quickest(150, () => {
    rounds++
    return refusedAtOnce(t, evenkeel.port)
  })
  t.ok(slowest < 150, `the slowest refusal took ${slowest.toFixed()} ms`)
  t.equal(await evenkeel.metric('evenkeel_refused_total', { reason: 'no-backend' }), rounds * 20)
  await evenkeel.event('refused', ({ reason }) => reason === 'no-backend')
  const told = evenkeel.events.filter(({ event, suppressed }) => event === 'refused' && suppressed === 0)
  t.equal(told.length, 1, 'a flood is told once')

  const startedAt = Date.now()
  await first.start()
  const back = await evenkeel.backendState(first.address, 'up')
  t.ok(loggedAt(back) - startedAt <= UP, `up within UP, after ${loggedAt(back) - startedAt} ms`)
  await evenkeel.event('failover', ({ from }) => from === 'none')
  await freshEcho(t, evenkeel)
  t.equal((await evenkeel.get('/readyz')).status, 200)

  t.same(transitions(evenkeel, first.address), ['unknown-down', 'down-up'])
  t.same(transitions(evenkeel, second.address), ['unknown-down'])
  t.same(transitions(evenkeel), ['primary-none', 'none-primary'])
  await noLeaks()
})
