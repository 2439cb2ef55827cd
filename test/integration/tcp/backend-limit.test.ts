import t from 'tap'
import { balanceTcp, UNPROBED } from '../../fixtures/balanced-tcp.js'
import { watchForLeaks, type Evenkeel } from '../../fixtures/evenkeel.js'
import { nameFor, shares, TcpClient } from '../../fixtures/tcp-client.js'
import { greet, serveTcp } from '../../fixtures/tcp-server.js'

async function fill(evenkeel: Evenkeel, count: number) {
  const clients = Array.from({ length: count }, () => new TcpClient(evenkeel.port))
  const names = await Promise.all(clients.map(async client => (await client.receive(3)).toString()))
  return { clients, names }
}

t.test('full primaries overflow to a backup without a failover', async t => {
  const [one, two, backup] = await Promise.all(['one', 'two', 'bak'].map(name => serveTcp(t, greet(name))))
  const backends = [
    `${one?.address},name=one,max-connections=2`,
    `${two?.address},name=two,max-connections=3`,
    `${backup?.address},name=bak,backup`,
  ]
  const evenkeel = await balanceTcp(t, backends, UNPROBED)
  const noLeaks = watchForLeaks(t, evenkeel)
  const { clients, names } = await fill(evenkeel, 9)
  t.same(shares(names), { one: 2, two: 3, bak: 4 })
  t.equal((await evenkeel.service()).failover, 'primary')
  t.notOk(evenkeel.events.find(({ event }) => event === 'failover'))

  await clients[names.indexOf('one')]?.end()
  await evenkeel.until(
    () => evenkeel.metric('evenkeel_sessions_active', { backend: 'one' }),
    active => active === 1,
  )
  const { clients: more, names: next } = await fill(evenkeel, 2)
  t.same(shares(next), { one: 1, bak: 1 }, 'a free place on a primary comes first')
  await Promise.all([...clients, ...more].map(client => client.end()))
  await noLeaks()
})

t.test('when all are full the client is refused', async t => {
  const server = await serveTcp(t, greet('one'))
  const evenkeel = await balanceTcp(t, [`${server.address},max-connections=2`], UNPROBED)
  const noLeaks = watchForLeaks(t, evenkeel)
  const { clients } = await fill(evenkeel, 2)
  t.equal(await nameFor(evenkeel.port), 'reset')
  t.equal(await evenkeel.metric('evenkeel_refused_total', { reason: 'no-backend' }), 1)
  await Promise.all(clients.map(client => client.end()))
  await noLeaks()
})
