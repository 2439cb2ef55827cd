import t from 'tap'
import { allEnded, balanceTcp, UNPROBED } from '../../fixtures/balanced-tcp.js'
import { watchForLeaks, type Evenkeel } from '../../fixtures/evenkeel.js'
import { nameFor, shares, TcpClient } from '../../fixtures/tcp-client.js'
import { greet, say, serveTcp } from '../../fixtures/tcp-server.js'

const LEAST = [...UNPROBED, '--balance', 'least-connections']

/** A client that stays, with the name of its backend, which is three letters long. */
async function stay(evenkeel: Evenkeel): Promise<{ readonly name: string; readonly client: TcpClient }> {
  const client = new TcpClient(evenkeel.port)
  return { name: (await client.receive(3)).toString(), client }
}

t.test('case 10: least connections', async t => {
  await t.test('idle backends take turns', async t => {
    const [one, two] = await Promise.all([serveTcp(t, say('one')), serveTcp(t, say('two'))])
    const evenkeel = await balanceTcp(t, [one.address, two.address], LEAST)
    const noLeaks = watchForLeaks(t, evenkeel)
    const names: string[] = []
    while (names.length < 10) {
      names.push(await nameFor(evenkeel.port))
      await allEnded(evenkeel)
    }
    t.same(shares(names), { one: 5, two: 5 })
    await noLeaks()
  })

  await t.test('the free one is taken while the other holds', async t => {
    const [slow, fast] = await Promise.all([serveTcp(t, greet('slo')), serveTcp(t, say('fas'))])
    const evenkeel = await balanceTcp(t, [slow.address, fast.address], LEAST)
    const noLeaks = watchForLeaks(t, evenkeel)
    const held = await stay(evenkeel)
    t.equal(held.name, 'slo')
    const names: string[] = []
    while (names.length < 10) {
      names.push(await nameFor(evenkeel.port))
      await evenkeel.until(
        () => evenkeel.metric('evenkeel_sessions_active', { backend: fast.address }),
        active => active === 0,
      )
    }
    t.same(shares(names), { fas: 10 })
    await held.client.end()
    await noLeaks()
  })

  await t.test('a burst is spread while the connects are under way', async t => {
    const [one, two] = await Promise.all([serveTcp(t, greet('one')), serveTcp(t, greet('two'))])
    const evenkeel = await balanceTcp(t, [one.address, two.address], LEAST)
    const noLeaks = watchForLeaks(t, evenkeel)
    const held = await Promise.all(Array.from({ length: 1000 }, () => stay(evenkeel)))
    t.same(shares(held.map(({ name }) => name)), { one: 500, two: 500 })
    await Promise.all(held.map(({ client }) => client.end()))
    await noLeaks()
  })
})

t.test('weights: twice as many connections where the weight is two', async t => {
  const [one, two] = await Promise.all([serveTcp(t, greet('one')), serveTcp(t, greet('two'))])
  const evenkeel = await balanceTcp(t, [one.address, `${two.address},weight=2`], LEAST)
  const noLeaks = watchForLeaks(t, evenkeel)
  const held = await Promise.all(Array.from({ length: 30 }, () => stay(evenkeel)))
  t.same(shares(held.map(({ name }) => name)), { one: 10, two: 20 })
  await Promise.all(held.map(({ client }) => client.end()))
  await noLeaks()
})
