import { createSocket } from 'node:dgram'
import t from 'tap'
import { ConfigFile, free, QUICK_PROBE, type Contents } from '../../fixtures/config-file.js'
import { startEvenkeel, type Evenkeel } from '../../fixtures/evenkeel.js'
import { withoutSharedPorts } from '../../fixtures/faulty-threads.js'
import { TcpClient } from '../../fixtures/tcp-client.js'
import { echo, serveTcp } from '../../fixtures/tcp-server.js'
import { startUdpBackend, tells } from '../../fixtures/udp-backend.js'
import { openUdpClient, openUdpClients } from '../../fixtures/udp-client.js'

const FILES = 300
const BACKENDS = 2000
const CLIENTS = 10

async function reload(evenkeel: Evenkeel, file: ConfigFile, contents: Contents): Promise<void> {
  const seen = evenkeel.events.length
  file.write(contents)
  evenkeel.signal('SIGHUP')
  await evenkeel.event('config-reloaded', event => evenkeel.events.indexOf(event) >= seen)
}

function portsOf(evenkeel: Evenkeel, service: string): readonly number[] {
  return evenkeel.events.flatMap(event =>
    event.event === 'listening' && event['service'] === service ? [Number(event['port'])] : [],
  )
}

t.test('sessions that outlive their limits leave a reserve of descriptors', async t => {
  const server = await serveTcp(t, echo)
  const service = {
    listen: free('tcp'),
    backends: [{ name: 's', address: server.address }],
    probe: { kind: 'none' },
  }
  const file = new ConfigFile(t, { services: { a: service } })
  const evenkeel = await startEvenkeel(t, ['--config', file.path], { shell: `ulimit -n ${FILES};` })
  const fill = async (port: number): Promise<readonly TcpClient[]> => {
    const clients = Array.from({ length: FILES }, () => new TcpClient(port))
    const answered = await Promise.allSettled(clients.map(client => client.exchange('x')))
    return clients.filter((_, index) => answered[index]?.status === 'fulfilled')
  }
  const [first = 0] = portsOf(evenkeel, 'a')
  const old = await fill(first)
  await reload(evenkeel, file, { services: { b: service } })
  const [second = 0] = portsOf(evenkeel, 'b')
  const young = await fill(second)
  t.ok(evenkeel.openFiles() < FILES - 20, `${evenkeel.openFiles()} files are open`)
  t.equal((await evenkeel.get('/healthz')).status, 200)
  t.ok(
    (await Promise.all(old.map(client => client.exchange('y')))).every(text => text === 'xy'),
    'nobody was cut',
  )
  await Promise.all([...old, ...young].map(client => client.end()))
  await evenkeel.until(
    () => evenkeel.metric('evenkeel_sessions_active'),
    active => active === 0,
  )
  const later = await fill(second)
  t.ok(later.length > young.length, `then there is room: ${young.length} clients before, ${later.length} now`)
})

t.test('what the server at an old address meets says nothing of the new one', async t => {
  const [old, other] = await Promise.all([startUdpBackend(t, tells('old')), startUdpBackend(t, tells('new'))])
  const service = (address: string): Contents => ({
    services: {
      game: {
        listen: free('udp'),
        backends: [{ name: 'g', address }],
        probe: { ...QUICK_PROBE, kind: 'udp', send: 'ping' },
      },
    },
  })
  const file = new ConfigFile(t, service(old.address))
  const evenkeel = await startEvenkeel(t, ['--config', file.path])
  const clients = await openUdpClients(t, CLIENTS)
  for (const client of clients) t.match((await client.ask('hello', evenkeel.port)).text, /^old /)
  const seen = evenkeel.events.length
  await reload(evenkeel, file, service(other.address))
  await evenkeel.backendState('g', 'up', seen)
  t.match((await clients[0]?.ask('still here', evenkeel.port))?.text, /^old /, 'sessions stay where they are')
  await old.stop()
  for (const client of clients)
    t.match((await client.askUntilAnswered('anybody?', evenkeel.port)).text, /^new /)
  t.equal((await evenkeel.service()).backends[0]?.health, 'up')
  t.notOk(
    evenkeel.events.slice(seen).find(event => event.event === 'backend-state' && event['to'] === 'down'),
  )
})

t.test(
  'a UDP listener that is gone closes with its own last session',
  { skip: withoutSharedPorts },
  async t => {
    const backend = await startUdpBackend(t, tells('g'))
    const contents = (listen: readonly string[]): Contents => ({
      workers: 2,
      services: {
        game: { listen, backends: [backend.address], probe: { kind: 'none' }, udpIdleTimeout: '1s' },
      },
    })
    const file = new ConfigFile(t, contents(['udp://127.0.0.1:0', 'udp://localhost:0']))
    const evenkeel = await startEvenkeel(t, ['--config', file.path])
    const [stays = 0, goes = 0] = evenkeel.ports
    const [player, other] = [await openUdpClient(t), await openUdpClient(t)]
    await player.ask('hello', stays)
    await other.ask('hello', goes)
    await reload(evenkeel, file, contents(['udp://127.0.0.1:0']))
    t.match((await other.ask('still here', goes)).text, /^g /, 'its session goes on')
    // The other listener's session is kept alive meanwhile.
    const timer = setInterval(() => void player.send('x', stays), 200)
    t.teardown(() => clearInterval(timer))
    const isBound = (): Promise<boolean> =>
      new Promise(resolve => {
        const socket = createSocket('udp4')
        socket.once('error', () => resolve(true))
        socket.bind(goes, '127.0.0.1', () => socket.close(() => resolve(false)))
      })
    await evenkeel.until(isBound, bound => !bound)
    t.match((await player.ask('and here', stays)).text, /^g /)
  },
)

t.test(`${BACKENDS} backends leave at once`, async t => {
  const backends = Array.from({ length: BACKENDS }, (_, index) => `127.0.0.1:${index + 1},name=b${index}`)
  const contents = (count: number): Contents => ({
    services: { db: { listen: free('tcp'), backends: backends.slice(0, count), probe: { kind: 'none' } } },
  })
  const file = new ConfigFile(t, contents(BACKENDS))
  const evenkeel = await startEvenkeel(t, ['--config', file.path])
  await reload(evenkeel, file, contents(2))
  const since = performance.now()
  await evenkeel.until(
    () => evenkeel.service(),
    ({ leaving }) => leaving.length === 0,
  )
  const took = performance.now() - since
  t.ok(took < 3000, `after ${took.toFixed(0)} ms`)
  await evenkeel.event(
    'admin',
    ({ action, backend }) => action === 'removed' && backend === `b${BACKENDS - 1}`,
  )
  t.equal(evenkeel.events.filter(({ action }) => action === 'removed').length, BACKENDS - 2)
})

t.test('what was refused is not told of, and does not stay', async t => {
  const server = await serveTcp(t, echo)
  const taken = Number(server.port)
  const db = { listen: free('tcp'), backends: [{ name: 'a', address: server.address }] }
  const file = new ConfigFile(t, { services: { db } })
  const evenkeel = await startEvenkeel(t, ['--config', file.path])
  const seen = evenkeel.events.length
  file.write({
    services: {
      db,
      new: {
        listen: [`tcp://${server.host}:${taken}`],
        backends: [{ name: 'x', address: server.address, state: 'drain' }],
      },
    },
  })
  evenkeel.signal('SIGHUP')
  await evenkeel.event('config-rejected')
  await reload(evenkeel, file, { services: { db } })
  const told = evenkeel.events
    .slice(seen)
    .filter(event => event['service'] === 'new' || event['backend'] === 'x')
  t.same(told, [])
  t.notMatch((await evenkeel.get('/metrics')).body, /service="new"/)
})
