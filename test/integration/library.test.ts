import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import { AdminClient } from '../../src/admin-client/admin-client.js'
import { systemClock } from '../../src/clock.js'
import { ConfigError, createBalancer, StartError } from '../../src/index.js'
import { shortDirectory } from '../fixtures/short-directory.js'
import { TcpClient } from '../fixtures/tcp-client.js'
import { greet, serveTcp } from '../fixtures/tcp-server.js'

/** How long a timer may go on after the balancer that set it. */
const LONGEST_REST_MS = 2000

t.test('a balancer inside another program', async t => {
  const echo = createServer(socket => socket.pipe(socket)).listen(0, '127.0.0.1')
  await once(echo, 'listening')
  t.teardown(() => echo.close())
  const lines: string[] = []
  const balancer = await createBalancer(
    {
      listen: ['tcp://127.0.0.1:0'],
      backend: [`127.0.0.1:${(echo.address() as AddressInfo).port},name=echo`],
      admin: false,
      drainTimeout: '0',
    },
    { log: line => lines.push(line) },
  )
  const [listener] = await balancer.start()
  const client = connect(listener?.port ?? 0, '127.0.0.1')
  client.end('hello')
  const ended = once(client, 'end')
  const [answer] = (await once(client, 'data')) as [Buffer]
  t.equal(answer.toString(), 'hello')
  await ended
  t.match(await balancer.services(), [{ name: 'default', backends: [{ name: 'echo', sessionsTotal: 1 }] }])
  await balancer.stop()
  t.same(
    lines
      .map(line => (JSON.parse(line) as { event: string }).event)
      .filter(event => event !== 'backend-state'),
    ['listening', 'ready', 'draining', 'stopped'],
  )
  await balancer.stop()
  t.equal(lines.length, new Set(lines).size, 'stopping twice is stopping once')
})

t.test('it is changed through its admin server while it serves', async t => {
  const servers = await Promise.all(['a', 'b'].map(name => serveTcp(t, greet(name))))
  const [a, b] = servers.map(({ address }) => address)
  const directory = shortDirectory(t)
  const tokenFile = join(directory, 'token')
  writeFileSync(tokenFile, 'a token of sixteen and more'.replaceAll(' ', '-'), { mode: 0o600 })
  const path = join(directory, 'admin')
  const balancer = await createBalancer({
    listen: ['127.0.0.1:0'],
    backend: [`${a ?? ''},name=a`],
    admin: `unix:${path}`,
    adminTokenFile: tokenFile,
    drainTimeout: '0',
  })
  const [listener] = await balancer.start()
  const admin = new AdminClient({ address: { kind: 'unix', path }, clock: systemClock, tokenFile })
  const next = async (): Promise<string> => {
    const client = new TcpClient(listener?.port ?? 0)
    const name = (await client.receive(1)).toString()
    await client.end()
    return name
  }
  const stays = new TcpClient(listener?.port ?? 0)
  await stays.receive(1)
  await admin.addBackend('default', { address: b ?? '', name: 'b' })
  await admin.changeBackend('default', 'a', { state: 'drain' })
  t.same([await next(), await next()], ['b', 'b'])
  t.match(await admin.explain({ client: '10.0.0.1' }), { view: { backend: 'b' } })
  await admin.removeBackend('default', 'a')
  t.match(await balancer.services(), [
    { backends: [{ name: 'b' }], leaving: [{ name: 'a', sessionsActive: 1 }] },
  ])
  t.match(await admin.reload(), { backends: { added: ['default/a'], removed: ['default/b'] } })
  t.equal(await next(), 'a')
  t.equal(stays.socket.destroyed, false)
  await admin.killSessions('default', 'a')
  t.equal(await stays.closed, 'reset')
  await balancer.stop()
})

t.test('what cannot be used and what cannot be bound are errors of their own', async t => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  t.teardown(() => taken.close())
  const { port } = taken.address() as AddressInfo
  await t.rejects(createBalancer({ listen: [':1'] }), ConfigError)
  const balancer = await createBalancer({
    listen: [`127.0.0.1:${port}`],
    backend: ['127.0.0.1:1'],
    admin: false,
  })
  await t.rejects(balancer.start(), StartError)
  await balancer.stop()
})

t.test('a start that fails tells nothing of the clients that came, and leaves nothing behind', async t => {
  const directory = shortDirectory(t)
  const taken = createServer().listen(join(directory, 'taken'))
  await once(taken, 'listening')
  t.teardown(() => taken.close())
  const port = await freePort()
  const lines: string[] = []
  const balancer = await createBalancer(
    {
      // Each file that a killed process left takes a while to replace, in which a client comes.
      listen: [
        `127.0.0.1:${port}`,
        ...(await leaveSockets(directory, 50)),
        `unix:${join(directory, 'taken')}`,
      ],
      backend: ['127.0.0.1:1,state=maintenance'],
      hold: '1m',
      accessLog: true,
      admin: false,
    },
    { log: line => lines.push(line) },
  )
  const timers = countTimers()
  const failed = t.rejects(balancer.start(), StartError)
  await nextTurn()
  const client = connect(port, '127.0.0.1').on('error', () => undefined)
  t.teardown(() => client.destroy())
  await once(client, 'connect')
  const closed = new Promise(resolve => client.once('close', resolve))
  await failed
  await closed
  t.same(lines, [])
  const since = performance.now()
  while (countTimers() > timers && performance.now() - since < LONGEST_REST_MS) await delay(10)
  t.equal(countTimers(), timers, 'nothing keeps the process alive')
})

function countTimers(): number {
  return process.getActiveResourcesInfo().filter(name => name === 'Timeout').length
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Listeners on unix sockets whose files a killed process left behind. */
async function leaveSockets(directory: string, count: number): Promise<string[]> {
  const paths = Array.from({ length: count }, (_, index) => join(directory, `left-${index}`))
  const program = `let left = ${count}
    for (const path of ${JSON.stringify(paths)})
      require('net').createServer().listen(path, () => --left || process.kill(process.pid, 'SIGKILL'))`
  await once(spawn(process.execPath, ['-e', program]), 'exit')
  return paths.map(path => `unix:${path}`)
}
