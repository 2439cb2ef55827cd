import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { balanceTcp, freshEcho, UNPROBED } from '../../fixtures/balanced-tcp.js'
import { watchForLeaks } from '../../fixtures/evenkeel.js'
import { TcpClient } from '../../fixtures/tcp-client.js'
import { echo, hold, serveTcp } from '../../fixtures/tcp-server.js'

const TIMEOUT = 1000
const IDLE = [...UNPROBED, '--idle-timeout', `${TIMEOUT}ms`]
const FIN = [...UNPROBED, '--fin-timeout', `${TIMEOUT}ms`]

/** Calls again and again until the timeout has passed twice. */
async function outlast(step: () => Promise<unknown>): Promise<void> {
  const end = performance.now() + 2 * TIMEOUT
  while (performance.now() < end) await step()
}

/** Reads 800 kB a second to the end. */
async function sip(socket: Socket): Promise<string> {
  let received = 0
  let outcome: string | undefined
  socket.on('readable', () => undefined)
  socket.once('end', () => (outcome = 'end')).once('error', () => (outcome = 'reset'))
  while (outcome === undefined) {
    const chunk = (socket.read(16_000) ?? socket.read()) as Buffer | null
    received += chunk?.length ?? 0
    await sleep(20)
  }
  return `${outcome} after ${received}`
}

t.jobs = 7

t.test('an idle session ends, and not before', { buffered: true }, async t => {
  const server = await serveTcp(t, echo)
  const evenkeel = await balanceTcp(t, [server.address], IDLE)
  const noLeaks = watchForLeaks(t, evenkeel)
  const client = new TcpClient(evenkeel.port)
  const sentAt = performance.now()
  await client.exchange('a word')
  t.equal((await client.finished).outcome, 'reset')
  t.ok(performance.now() - sentAt >= TIMEOUT)
  await server.connections(0)
  t.equal(await evenkeel.metric('evenkeel_sessions_closed_total', { reason: 'idle-timeout' }), 1)
  await freshEcho(t, evenkeel)
  await noLeaks()
})

t.test('a byte in either direction is enough', { buffered: true }, async t => {
  const server = await serveTcp(t, socket => {
    hold(socket)
    socket.once('data', command => {
      if (command.toString() !== 'talk') return
      void outlast(async () => {
        socket.write('.')
        await sleep(20)
      }).then(() => socket.end('!'))
    })
  })
  const evenkeel = await balanceTcp(t, [server.address], IDLE)
  const noLeaks = watchForLeaks(t, evenkeel)
  const [listener, talker] = [new TcpClient(evenkeel.port), new TcpClient(evenkeel.port)]
  listener.socket.write('talk')
  await outlast(async () => {
    talker.socket.write('.')
    await sleep(20)
  })
  t.equal((await talker.end()).outcome, 'end')
  const { bytes, outcome } = await listener.finished
  t.match(`${outcome} ${bytes.toString()}`, /^end \.+!$/)
  listener.socket.end()
  await noLeaks()
})

t.test('a half-closed session ends on both sides after the fin timeout', { buffered: true }, async t => {
  const server = await serveTcp(t, socket => void socket.resume())
  const evenkeel = await balanceTcp(t, [server.address], FIN)
  const noLeaks = watchForLeaks(t, evenkeel)
  const client = new TcpClient(evenkeel.port)
  client.socket.write('a word')
  await server.connections(1)
  const endedAt = performance.now()
  const finished = client.end()
  t.equal(await evenkeel.metric('evenkeel_sessions_active'), 1, 'it counts')
  t.equal((await finished).outcome, 'reset')
  t.ok(performance.now() - endedAt >= TIMEOUT)
  await evenkeel.until(
    () => {
      for (const socket of server.sockets) socket.write('is anybody there?')
      return Promise.resolve(server.sockets.size)
    },
    left => left === 0,
  )
  t.equal(await evenkeel.metric('evenkeel_sessions_closed_total', { reason: 'fin-timeout' }), 1)
  await noLeaks()
})

t.test('a half-closed session lives while the open direction does', { buffered: true }, async t => {
  const server = await serveTcp(t, socket => {
    socket.resume().once('end', () => {
      void outlast(async () => {
        socket.write('.')
        await sleep(20)
      }).then(() => socket.end('!'))
    })
  })
  const evenkeel = await balanceTcp(t, [server.address], FIN)
  const noLeaks = watchForLeaks(t, evenkeel)
  const { bytes, outcome } = await new TcpClient(evenkeel.port).end()
  t.match(`${outcome} ${bytes.toString()}`, /^end \.+!$/)
  await noLeaks()
})

for (const [name, options, ends] of [
  ['an idle', IDLE, false],
  ['a half-closed', FIN, true],
] as const) {
  const title = `${name} session lives while its reader takes what was sent long ago`
  t.test(title, { buffered: true }, async t => {
    const bytes = Buffer.alloc(8_000_000)
    const server = await serveTcp(t, socket => void socket.resume().once('data', () => socket.end(bytes)))
    const evenkeel = await balanceTcp(t, [server.address], options)
    const noLeaks = watchForLeaks(t, evenkeel)
    const client = connect({ port: evenkeel.port, host: '127.0.0.1', allowHalfOpen: true })
    client.write('all of it, please')
    if (ends) client.end()
    t.equal(await sip(client), `end after ${bytes.length}`)
    client.end()
    await noLeaks()
  })
}

t.test('durations longer than a timer keeps do not run out at once', { buffered: true }, async t => {
  const server = await serveTcp(t, echo)
  const flags = ['--idle-timeout', '--fin-timeout', '--connect-timeout', '--hold', '--drain-timeout']
  const evenkeel = await balanceTcp(
    t,
    [server.address],
    [...UNPROBED, ...flags.flatMap(flag => [flag, '60d'])],
  )
  const noLeaks = watchForLeaks(t, evenkeel)
  const client = new TcpClient(evenkeel.port)
  t.equal(await client.exchange('before'), 'before')
  await sleep(100)
  t.equal(await client.exchange(' and after'), 'before and after')
  await client.end()
  await noLeaks()
  const open = new TcpClient(evenkeel.port)
  await open.exchange('drain')
  evenkeel.signal('SIGTERM')
  await evenkeel.event('draining')
  await sleep(100)
  t.equal(await open.exchange('ing'), 'draining')
  await open.end()
  t.same(await evenkeel.exit(), { code: 0, signal: null })
})
