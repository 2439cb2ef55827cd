import { readFileSync } from 'node:fs'
import { once } from 'node:events'
import { request } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import { PROBED } from '../../fixtures/balanced-tcp.js'
import { startEvenkeel, watchForLeaks, type Evenkeel } from '../../fixtures/evenkeel.js'
import { echoed, TcpClient } from '../../fixtures/tcp-client.js'
import { echo, serveTcp } from '../../fixtures/tcp-server.js'
import { startUdpBackend, tells } from '../../fixtures/udp-backend.js'
import { openUdpClients } from '../../fixtures/udp-client.js'

const FILES = 256
const CLIENTS = 600
const ADMIN_CLIENTS = 64
const HOLD_MS = 10_000
/** Linux counts the time of a process in hundredths of a second. */
const TICK_MS = 10

t.jobs = 2

t.test('case 14: fd limit', { buffered: true }, async t => {
  const server = await serveTcp(t, echo)
  const evenkeel = await startEvenkeel(
    t,
    ['--listen', '127.0.0.1:0', '--backend', server.address, ...PROBED],
    { shell: `ulimit -n ${FILES};` },
  )
  await evenkeel.backendState(server.address, 'up')
  const noLeaks = watchForLeaks(t, evenkeel)

  const clients = Array.from({ length: CLIENTS }, () => new TcpClient(evenkeel.port))
  const welcomed = await Promise.allSettled(clients.map(client => client.exchange('hello')))
  const inside = clients.filter((_, index) => welcomed[index]?.status === 'fulfilled')
  const refused = await evenkeel.metric('evenkeel_refused_total', { reason: 'limit' })
  t.equal(
    inside.length + refused,
    CLIENTS,
    `${inside.length} clients are served, ${refused} refused and counted`,
  )
  t.ok(inside.length >= 64)
  t.ok(evenkeel.openFiles() < FILES)

  const before = cpuTime(evenkeel)
  const since = performance.now()
  await delay(HOLD_MS)
  const share = (cpuTime(evenkeel) - before) / (performance.now() - since)
  t.ok(share < 0.25, `it takes ${(100 * share).toFixed(1)} % of a CPU meanwhile`)
  t.match(await evenkeel.get('/readyz'), { status: 200 }, 'admin answers')
  const answers = await Promise.all(inside.map(client => client.exchange('again')))
  t.ok(
    answers.every(text => text === 'helloagain'),
    'the sessions go on',
  )
  t.equal(await echoed(evenkeel.port, 'me too'), 'reset', 'a new client is still refused')

  await Promise.all(inside.map(client => client.end()))
  await noLeaks()
  t.equal(await echoed(evenkeel.port, 'me now'), 'me now')
  t.notOk(
    evenkeel.events.some(({ event, to }) => event === 'backend-state' && to === 'down'),
    'the backend was not blamed',
  )
})

t.test(
  'clients of the admin server take no descriptor from those of the services',
  { buffered: true },
  async t => {
    const server = await serveTcp(t, echo)
    const flags = [
      '--listen',
      '127.0.0.1:0',
      '--backend',
      server.address,
      '--admin',
      '127.0.0.1:0',
      ...PROBED,
    ]
    const evenkeel = await startEvenkeel(t, flags, { shell: `ulimit -n ${FILES};` })
    await evenkeel.backendState(server.address, 'up')
    const { address } = await evenkeel.event('admin')
    const admin = Number(String(address).split(':').at(-1))
    const silent = Array.from({ length: ADMIN_CLIENTS }, () => connect(admin, '127.0.0.1'))
    t.teardown(() => silent.forEach(socket => socket.destroy()))
    await Promise.all(silent.map(socket => once(socket.on('error', () => undefined).resume(), 'connect')))

    const clients = Array.from({ length: FILES / 2 }, () => new TcpClient(evenkeel.port))
    t.teardown(() => clients.forEach(client => client.abort()))
    const welcomed = await Promise.allSettled(clients.map(client => client.exchange('hello')))
    t.ok(evenkeel.openFiles() < FILES)
    const served = welcomed.filter(({ status }) => status === 'fulfilled').length
    const { body } = await ask(admin, '/metrics')
    const refused = Number(/^evenkeel_refused_total\{.*reason="limit"\} (\d+)$/m.exec(body)?.[1])
    t.equal(served + refused, clients.length, `${served} clients are served, ${refused} refused and counted`)
  },
)

t.test('UDP sessions stay within the fd limit', { buffered: true }, async t => {
  const backend = await startUdpBackend(t, tells('a'))
  const evenkeel = await startEvenkeel(
    t,
    [
      ...['--listen', 'udp://127.0.0.1:0', '--udp-idle-timeout', '2s', '--max-udp-sessions', '1000'],
      ...['--backend', backend.address],
    ],
    { shell: 'ulimit -n 128;' },
  )
  const noLeaks = watchForLeaks(t, evenkeel)
  const warning = await evenkeel.event('warning')
  t.match(warning, { flag: '--max-udp-sessions', asked: 1000 })
  const allowed = Number(warning['allowed'])
  t.ok(allowed >= 32 && allowed < 128, `${allowed} sessions are allowed`)

  const clients = await openUdpClients(t, 200)
  await Promise.all(clients.map(client => client.send('hello', evenkeel.port)))
  await evenkeel.until(
    () => evenkeel.metric('evenkeel_datagrams_dropped_total', { reason: 'limit' }),
    dropped => dropped === clients.length - allowed,
  )
  t.equal(await evenkeel.metric('evenkeel_sessions_active'), allowed)
  await Promise.all(clients.slice(0, 10).map(client => client.replies.count(1)))
  await noLeaks()
})

async function ask(port: number, path: string): Promise<{ readonly body: string }> {
  const asked = request({ port, host: '127.0.0.1', path, agent: false }).end()
  const [answer] = (await once(asked, 'response')) as [Parameters<typeof text>[0]]
  return { body: await text(answer) }
}

/** Milliseconds of CPU that the program took so far. */
function cpuTime(evenkeel: Evenkeel): number {
  const stat = readFileSync(`/proc/${evenkeel.process.pid}/stat`, 'utf8')
  const [user = 0, system = 0] = stat.slice(stat.lastIndexOf(')')).split(' ').slice(12, 14).map(Number)
  return (user + system) * TICK_MS
}
