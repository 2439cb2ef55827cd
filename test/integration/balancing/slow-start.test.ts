import t from 'tap'
import { balanceTcp, loggedAt, PROBED } from '../../fixtures/balanced-tcp.js'
import { watchForLeaks, type Evenkeel } from '../../fixtures/evenkeel.js'
import { nameFor, shares } from '../../fixtures/tcp-client.js'
import { say, serveTcp } from '../../fixtures/tcp-server.js'

const SLOW_START = 2000

async function inTurn(evenkeel: Evenkeel, count: number): Promise<readonly string[]> {
  const names: string[] = []
  while (names.length < count) names.push(await nameFor(evenkeel.port))
  return names
}

t.test('a backend that comes back begins with a tenth of its weight', async t => {
  const [steady, fresh] = await Promise.all([serveTcp(t, say('steady')), serveTcp(t, say('fresh'))])
  const backends = [`${steady.address},name=steady,weight=10`, `${fresh.address},name=fresh,weight=10`]
  const evenkeel = await balanceTcp(t, backends, [...PROBED, '--slow-start', `${SLOW_START}ms`])
  const noLeaks = watchForLeaks(t, evenkeel)
  const weight = (): Promise<number> => evenkeel.metric('evenkeel_backend_weight', { backend: 'fresh' })
  await Promise.all(['steady', 'fresh'].map(name => evenkeel.backendState(name, 'up')))
  t.equal(await weight(), 10, 'never at process start')
  t.same(shares(await inTurn(evenkeel, 20)), { steady: 10, fresh: 10 })

  const before = evenkeel.events.length
  fresh.stop()
  await evenkeel.backendState('fresh', 'down', before)
  await fresh.start()
  const up = loggedAt(await evenkeel.backendState('fresh', 'up', before))
  const first = await weight()
  t.ok(first >= 1 && first < 10, `it begins with ${first}`)
  const early = shares(await inTurn(evenkeel, 30))['fresh'] ?? 0
  const reached = await weight()
  const share = reached / (reached + 10)
  t.ok(early <= Math.ceil(30 * share) + 1, `${early} of 30 while its weight grew to ${reached}`)

  await evenkeel.until(
    async () => {
      const from = Date.now() - up
      const seen = await weight()
      const [least, most] = [from, Date.now() - up].map(elapsed => 10 * (0.1 + (0.9 * elapsed) / SLOW_START))
      if (seen < Math.min(least ?? 0, 10) - 0.6 || seen > (most ?? 0) + 0.1)
        t.fail(`${seen} is not on the line`)
      return seen
    },
    seen => seen === 10,
  )
  t.ok(Date.now() - up >= SLOW_START - 100, 'it takes its time')
  t.same(shares(await inTurn(evenkeel, 20)), { steady: 10, fresh: 10 })
  await noLeaks()
})
