import t, { type Test } from 'tap'
import { balanceTcp, PROBED, sessions } from '../../fixtures/balanced-tcp.js'
import { watchForLeaks, type Evenkeel } from '../../fixtures/evenkeel.js'
import { nameFor, TcpClient } from '../../fixtures/tcp-client.js'
import { echo, serveTcp, type TcpServer } from '../../fixtures/tcp-server.js'

const EACH = 7

interface Scene {
  readonly evenkeel: Evenkeel
  readonly leaving: TcpServer
  /** The clients of the backend that leaves, and of the one that stays. */
  readonly clients: { readonly leaving: TcpClient[]; readonly staying: TcpClient[] }
}

/** Two backends with as many sessions each. */
async function scene(t: Test, closeOn: string): Promise<Scene> {
  const named = (name: string) =>
    serveTcp(t, socket => {
      socket.write(name)
      echo(socket)
    })
  const [leaving, staying] = await Promise.all([named('leaving'), named('staying')])
  const backends = [leaving.address, staying.address]
  const evenkeel = await balanceTcp(t, backends, [...PROBED, '--close-on', closeOn, '--access-log'])
  await Promise.all(backends.map(backend => evenkeel.backendState(backend, 'up')))
  const clients: Scene['clients'] = { leaving: [], staying: [] }
  while (clients.leaving.length + clients.staying.length < 2 * EACH) {
    const client = new TcpClient(evenkeel.port)
    const name = (await client.receive('leaving'.length)).toString()
    clients[name as keyof Scene['clients']].push(client)
  }
  t.equal(clients.leaving.length, EACH)
  return { evenkeel, leaving, clients }
}

/** That each of these clients still has its session. */
async function areServed(t: Test, clients: readonly TcpClient[]): Promise<void> {
  for (const client of clients) {
    const before = client.bytes.length
    client.socket.write('still here')
    t.equal((await client.receive(before + 10)).subarray(before).toString(), 'still here')
  }
}

t.test('--close-on dead: exactly the sessions of the dead backend are reset', async t => {
  const { evenkeel, leaving, clients } = await scene(t, 'dead')
  const before = evenkeel.events.length
  leaving.refuse()
  for (const client of clients.leaving) t.match(await client.finished, { outcome: 'reset' })
  await evenkeel.backendState(leaving.address, 'down', before)
  await leaving.connections(0)
  t.equal(leaving.sockets.size, 0, 'the backend sees them end as well')
  await areServed(t, clients.staying)
  const ended = await sessions(evenkeel, EACH)
  t.equal(ended.length, EACH)
  for (const session of ended) t.match(session, { backend: leaving.address, reason: 'backend-down' })
  t.equal(await evenkeel.metric('evenkeel_sessions_closed_total'), EACH)
  t.equal(await evenkeel.metric('evenkeel_sessions_active'), EACH)

  await t.test('and again when it comes back and dies again', async t => {
    const back = evenkeel.events.length
    await leaving.start()
    await evenkeel.backendState(leaving.address, 'up', back)
    const again: TcpClient[] = []
    for (let count = 0; count < 2; count++) {
      const client = new TcpClient(evenkeel.port)
      await client.receive('leaving'.length)
      again.push(client)
    }
    leaving.refuse()
    const [lost, kept] = again.sort((one, two) =>
      one.bytes.toString().localeCompare(two.bytes.toString()),
    ) as [TcpClient, TcpClient]
    t.match(await lost.finished, { outcome: 'reset' })
    await areServed(t, [kept, ...clients.staying])
    t.equal(await evenkeel.metric('evenkeel_sessions_closed_total', { reason: 'backend-down' }), EACH + 1)
    await kept.end()
  })

  await Promise.all(clients.staying.map(client => client.end()))
  await watchForLeaks(t, evenkeel)()
})

t.test('--close-on none: sessions of a dead backend live on', async t => {
  const { evenkeel, leaving, clients } = await scene(t, 'none')
  leaving.refuse()
  await evenkeel.backendState(leaving.address, 'down')
  await areServed(t, [...clients.leaving, ...clients.staying])
  t.equal(await evenkeel.metric('evenkeel_sessions_active', { backend: leaving.address }), EACH)
  const other = new TcpClient(evenkeel.port)
  t.equal((await other.receive('staying'.length)).toString(), 'staying', 'new ones go elsewhere')
  const all = [...clients.leaving, ...clients.staying, other]
  for (const client of all) t.match(await client.end(), { outcome: 'end' })
  t.equal(await evenkeel.metric('evenkeel_sessions_closed_total', { reason: 'backend-down' }), 0)
  await watchForLeaks(t, evenkeel)()
})

t.test('a client whose connect is under way when its backend dies is served by another', async t => {
  const server = await serveTcp(t, socket => void socket.resume().end('served'))
  const dead = await serveTcp(t, echo)
  const evenkeel = await balanceTcp(t, [dead.address, server.address], PROBED)
  const noLeaks = watchForLeaks(t, evenkeel)
  dead.refuse()
  const names: Promise<string>[] = []
  while (evenkeel.events.every(({ to }) => to !== 'down')) {
    names.push(nameFor(evenkeel.port))
    await new Promise(resolve => setTimeout(resolve, 10))
  }
  for (const name of await Promise.all(names)) t.equal(name, 'served')
  await noLeaks()
})
