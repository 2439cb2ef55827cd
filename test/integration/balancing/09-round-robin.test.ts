import t, { type Test } from 'tap'
import { balanceTcp, PROBED } from '../../fixtures/balanced-tcp.js'
import { watchForLeaks, type Evenkeel } from '../../fixtures/evenkeel.js'
import { nameFor, shares } from '../../fixtures/tcp-client.js'
import { say, serveTcp } from '../../fixtures/tcp-server.js'

async function inTurn(evenkeel: Evenkeel, count: number): Promise<readonly string[]> {
  const names: string[] = []
  while (names.length < count) names.push(await nameFor(evenkeel.port))
  return names
}

async function twoBackends(t: Test): Promise<readonly [string, string]> {
  const [one, two] = await Promise.all([serveTcp(t, say('one')), serveTcp(t, say('two'))])
  return [one.address, two.address]
}

t.test('case 9: round robin', async t => {
  const [one, two] = await twoBackends(t)
  await t.test('equal weights', async t => {
    const evenkeel = await balanceTcp(t, [one, two])
    const noLeaks = watchForLeaks(t, evenkeel)
    t.same(shares(await inTurn(evenkeel, 30)), { one: 15, two: 15 })
    await noLeaks()
  })
  await t.test('weights 1:2', async t => {
    const evenkeel = await balanceTcp(t, [one, `${two},weight=2`])
    const noLeaks = watchForLeaks(t, evenkeel)
    const names = await inTurn(evenkeel, 30)
    t.same(shares(names), { one: 10, two: 20 })
    const rounds = Array.from({ length: 10 }, (_, index) => names.slice(3 * index, 3 * index + 3))
    for (const round of rounds) t.same(round, ['two', 'one', 'two'], 'spread, not in bursts')
    await noLeaks()
  })
})

t.test('the position survives backends that come and go', async t => {
  const [one, two] = await twoBackends(t)
  const third = await serveTcp(t, say('three'))
  const evenkeel = await balanceTcp(t, [one, two, third.address], PROBED)
  const noLeaks = watchForLeaks(t, evenkeel)
  await Promise.all([one, two, third.address].map(backend => evenkeel.backendState(backend, 'up')))
  t.same(await inTurn(evenkeel, 1), ['one'])
  third.stop()
  await evenkeel.backendState(third.address, 'down')
  t.same(await inTurn(evenkeel, 1), ['two'], 'it goes on behind the one that was served last')
  await noLeaks()
})
