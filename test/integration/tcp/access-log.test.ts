import t from 'tap'
import { allEnded, balanceTcp, PROBED, UNPROBED } from '../../fixtures/balanced-tcp.js'
import { watchForLeaks, type Evenkeel } from '../../fixtures/evenkeel.js'
import { TcpClient } from '../../fixtures/tcp-client.js'
import { echo, hold, say, serveTcp, type Serve, type TcpServer } from '../../fixtures/tcp-server.js'

interface Ending {
  readonly reason: string
  readonly options?: readonly string[]
  readonly serve: Serve
  /** The client's part; resolves with how it saw the session end. */
  readonly play: (client: TcpClient, server: TcpServer, evenkeel: Evenkeel) => Promise<string>
  readonly sees: string
  readonly toBackend: number
  readonly toClient: number
}

const outcome = async ({ finished }: TcpClient): Promise<string> => (await finished).outcome

const ENDINGS: readonly Ending[] = [
  {
    reason: 'client-closed',
    serve: socket => void socket.resume().on('end', () => socket.end('bye')),
    play: client => {
      client.socket.end('hello')
      return outcome(client)
    },
    sees: 'end',
    toBackend: 5,
    toClient: 3,
  },
  {
    reason: 'backend-closed',
    serve: say('bye'),
    play: async client => {
      const seen = await outcome(client)
      client.socket.end('hello')
      return seen
    },
    sees: 'end',
    toBackend: 5,
    toClient: 3,
  },
  {
    reason: 'client-aborted',
    serve: echo,
    play: async client => {
      await client.exchange('hello')
      client.abort()
      return 'reset'
    },
    sees: 'reset',
    toBackend: 5,
    toClient: 5,
  },
  {
    reason: 'backend-aborted',
    serve: socket => {
      socket.once('data', () => socket.write('by', () => socket.resetAndDestroy()))
    },
    play: async client => {
      client.socket.write('hello')
      const { bytes, outcome } = await client.finished
      return `${bytes.toString()}, ${outcome}`
    },
    sees: 'by, reset',
    toBackend: 5,
    toClient: 2,
  },
  {
    reason: 'idle-timeout',
    options: [...UNPROBED, '--idle-timeout', '1s'],
    serve: echo,
    play: async client => {
      client.socket.write('hello')
      return outcome(client)
    },
    sees: 'reset',
    toBackend: 5,
    toClient: 5,
  },
  {
    reason: 'fin-timeout',
    options: [...UNPROBED, '--fin-timeout', '1s'],
    serve: socket => void socket.resume(),
    play: client => {
      client.socket.end('hello')
      return outcome(client)
    },
    sees: 'reset',
    toBackend: 5,
    toClient: 0,
  },
  {
    reason: 'backend-down',
    options: PROBED,
    serve: echo,
    play: async (client, server, evenkeel) => {
      await evenkeel.backendState(server.address, 'up')
      await client.exchange('hello')
      server.refuse()
      return outcome(client)
    },
    sees: 'reset',
    toBackend: 5,
    toClient: 5,
  },
]

t.jobs = 3

for (const { reason, options = UNPROBED, serve, play, sees, toBackend, toClient } of ENDINGS) {
  t.test(reason, { buffered: true }, async t => {
    const server = await serveTcp(t, serve)
    const evenkeel = await balanceTcp(t, [server.address], [...options, '--access-log'])
    const noLeaks = watchForLeaks(t, evenkeel)
    const client = new TcpClient(evenkeel.port)
    const connected = new Promise(resolve => client.socket.once('connect', resolve))
    await connected
    const from = `127.0.0.1:${client.socket.localPort}`
    t.equal(await play(client, server, evenkeel), sees)
    const session = await evenkeel.event('session')
    t.match(session, {
      service: 'default',
      protocol: 'tcp',
      client: from,
      backend: server.address,
      reason,
      bytesToBackend: toBackend,
      bytesToClient: toClient,
      attempts: 1,
    })
    t.ok(Number(session['connectMs']) > 0 && Number(session['durationMs']) >= Number(session['connectMs']))

    const labels = { service: 'default', backend: server.address, protocol: 'tcp' }
    const metric = (name: string, more = {}) => evenkeel.metric(name, { ...labels, ...more })
    t.equal(await metric('evenkeel_sessions_total'), 1)
    t.equal(await metric('evenkeel_sessions_closed_total', { reason }), 1)
    t.equal(await evenkeel.metric('evenkeel_sessions_closed_total'), 1, 'and for no other reason')
    t.equal(await metric('evenkeel_bytes_total', { direction: 'to_backend' }), toBackend)
    t.equal(await metric('evenkeel_bytes_total', { direction: 'to_client' }), toClient)
    t.equal(await evenkeel.metric('evenkeel_connect_duration_seconds_count'), 1)
    t.equal(await evenkeel.metric('evenkeel_session_duration_seconds_count', { protocol: 'tcp' }), 1)
    await noLeaks()
    t.equal(evenkeel.events.filter(({ event }) => event === 'session').length, 1)
  })
}

t.test('shutdown', { buffered: true }, async t => {
  const server = await serveTcp(t, echo)
  const evenkeel = await balanceTcp(
    t,
    [server.address],
    [...UNPROBED, '--access-log', '--drain-timeout', '100ms'],
  )
  const client = new TcpClient(evenkeel.port)
  await client.exchange('hello')
  evenkeel.signal('SIGTERM')
  t.equal(await outcome(client), 'reset')
  t.match(await evenkeel.event('session'), { reason: 'shutdown', bytesToBackend: 5, bytesToClient: 5 })
  t.same(await evenkeel.exit(), { code: 0, signal: null })
})

t.test('without --access-log no session is logged', { buffered: true }, async t => {
  const server = await serveTcp(t, hold)
  const evenkeel = await balanceTcp(t, [server.address])
  await new TcpClient(evenkeel.port).end()
  await allEnded(evenkeel)
  t.notOk(evenkeel.events.find(({ event }) => event === 'session'))
})
