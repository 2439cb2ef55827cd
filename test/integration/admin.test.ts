import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, lstatSync, mkdtempSync, rmSync } from 'node:fs'
import { Agent, request, type IncomingHttpHeaders, type RequestOptions } from 'node:http'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import t, { type Test } from 'tap'
import type { AdminAddress } from '../../src/control/admin/address.js'
import { AdminServer } from '../../src/control/admin/server.js'
import type { AdminSource } from '../../src/control/admin/source.js'
import { adminSource, adminTools, serviceNamed } from '../fixtures/admin-source.js'

interface Answered {
  readonly status: number | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

interface Admin {
  readonly server: AdminServer
  readonly port: number
  ask(method: string, path: string, options?: RequestOptions, body?: string): Promise<Answered>
}

const MOST_CONNECTIONS = 32

const LOCAL: AdminAddress = { kind: 'inet', host: '127.0.0.1', port: 0 }

/** A directory whose name is short enough for the path of a unix socket. */
const directory = mkdtempSync(join(tmpdir(), 'evenkeel-'))
t.teardown(() => rmSync(directory, { recursive: true }))

function newServer(address: AdminAddress, source: AdminSource = adminSource()): AdminServer {
  return new AdminServer(address, adminTools(source), MOST_CONNECTIONS)
}

async function startAdmin(t: Test, source?: AdminSource, address = LOCAL): Promise<Admin> {
  const server = newServer(address, source)
  const bound = await server.start()
  t.teardown(() => server.stop(0))
  const to = bound.kind === 'inet' ? { host: bound.host, port: bound.port } : { socketPath: bound.path }
  return {
    server,
    port: bound.kind === 'inet' ? bound.port : 0,
    ask: (method, path, options = {}, body = '') => ask({ ...to, method, path, ...options }, body),
  }
}

async function ask(options: RequestOptions, body: string): Promise<Answered> {
  const asked = request({ agent: false, ...options })
  asked.end(body)
  const [answer] = (await once(asked, 'response')) as [
    Parameters<typeof text>[0] & Answered & { statusCode: number },
  ]
  return { status: answer.statusCode, headers: answer.headers, body: await text(answer) }
}

async function open(t: Test, port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  t.teardown(() => socket.destroy())
  await once(socket, 'connect')
  return socket
}

t.test('reads', async t => {
  const { ask } = await startAdmin(t, adminSource(['postgres', 'x y']))
  t.match(await ask('GET', '/healthz'), { status: 200, body: 'ok' })
  t.match(await ask('GET', '/readyz'), { status: 200 })
  t.match(await ask('GET', '/metrics'), {
    status: 200,
    headers: { 'content-type': 'text/plain; version=0.0.4' },
    body: 'a 1\n',
  })
  const services = await ask('GET', '/api/v1/services')
  t.match(services.headers['content-type'], /^application\/json/)
  t.strictSame(JSON.parse(services.body), { services: [serviceNamed('postgres'), serviceNamed('x y')] })
  const one = await ask('GET', '/api/v1/services/x%20y')
  t.strictSame(JSON.parse(one.body), { ...serviceNamed('x y'), config: {}, origins: {} })
})

t.test('HEAD is GET without the body', async t => {
  const { ask } = await startAdmin(t)
  const { headers } = await ask('GET', '/api/v1/services')
  const head = await ask('HEAD', '/api/v1/services')
  t.match(head, { status: 200, body: '' })
  t.equal(head.headers['content-length'], headers['content-length'])
})

t.test('each refusal has its status and is a problem document', async t => {
  const { ask, port } = await startAdmin(t, adminSource([], { notReady: () => ['web'] }))
  const cases: readonly [status: number, answered: Answered][] = [
    [503, await ask('GET', '/readyz')],
    [404, await ask('GET', '/nope')],
    [404, await ask('GET', '/api/v1/services/nope')],
    [405, await ask('POST', '/healthz', {}, 'x')],
    [405, await ask('OPTIONS', '/healthz')],
    [403, await ask('GET', '/healthz', { headers: { Host: 'evil.example' } })],
    [403, await ask('GET', '/healthz', { headers: { Origin: 'http://evil.example' } })],
    [403, await ask('POST', '/healthz', { headers: { Origin: 'null' } }, 'x'.repeat(60_000))],
    [413, await ask('POST', '/healthz', { headers: { 'Content-Length': 500_000 } }, 'x'.repeat(500_000))],
    [413, await ask('GET', '/healthz', { headers: { 'Transfer-Encoding': 'chunked' } }, 'x'.repeat(500_000))],
    [431, await ask('GET', '/healthz', { headers: { 'X-Large': 'x'.repeat(10_000) } })],
  ]
  for (const [status, { status: got, headers, body }] of cases) {
    t.equal(got, status)
    t.match(headers['content-type'], /^application\/problem\+json/)
    t.match(JSON.parse(body), { type: 'about:blank', title: /./, status, detail: /./ })
  }
  t.match(await ask('DELETE', '/healthz'), { headers: { allow: 'GET, HEAD' } })
  t.match(await ask('GET', '/healthz', { headers: { Origin: `http://127.0.0.1:${port}` } }), { status: 200 })
  t.match(await ask('GET', '/healthz', { headers: { Host: 'localhost:1' } }), { status: 200 })
})

t.test('what is no HTTP is answered as such and closed', async t => {
  const { port } = await startAdmin(t)
  const socket = await open(t, port)
  socket.write('\u0016\u0003\u0001\u0002\r\n\r\n')
  t.match(await text(socket), /^HTTP\/1\.1 400 Bad Request\r\n[^]*problem\+json/)
})

t.test('what Node would answer by itself is answered as any other error', async t => {
  const { port } = await startAdmin(t)
  for (const [status, head] of [
    [405, 'CONNECT db1:5432 HTTP/1.1\r\nHost: localhost'],
    [405, 'CONNECT / HTTP/1.0'],
    [403, 'CONNECT db1:5432 HTTP/1.1\r\nHost: evil.example'],
    [400, 'GET /healthz HTTP/1.1'],
    [400, 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: localhost'],
    [417, 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nExpect: miracles'],
    [403, 'GET http://evil.example/healthz HTTP/1.1\r\nHost: localhost'],
  ] as const) {
    const socket = await open(t, port)
    socket.write(`${head}\r\n\r\n`)
    const [answered = '', body = ''] = (await text(socket)).split('\r\n\r\n')
    t.match(answered, new RegExp(`^HTTP/1\\.1 ${status} `), head)
    t.match(answered, /^Content-Type: application\/problem\+json/im)
    t.match(JSON.parse(body), { status, detail: /./ })
  }
})

t.test('a URL as target is served', async t => {
  const { ask } = await startAdmin(t)
  for (const path of ['http://localhost/healthz', 'http://127.0.0.1:1/healthz?x']) {
    t.match(await ask('GET', path, { headers: { Host: 'evil.example' } }), { status: 200, body: 'ok' })
  }
})

t.test('requests that are sent ahead', async t => {
  const get = (path: string, connection = 'keep-alive'): string =>
    `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: ${connection}\r\n\r\n`

  t.test('are answered in their order', async t => {
    const { port } = await startAdmin(t)
    const socket = await open(t, port)
    socket.write(get('/metrics') + get('/healthz').repeat(19) + get('/nope', 'close'))
    const answers = [...(await text(socket)).matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => status)
    t.strictSame(answers, [...Array<string>(20).fill('200'), '404'])
  })

  t.test('are answered before what is no request', async t => {
    const { port } = await startAdmin(t)
    for (const [last, status] of [
      ['\u0000\r\n\r\n', '400'],
      ['CONNECT a:1 HTTP/1.1\r\nHost: localhost\r\n\r\n', '405'],
    ] as const) {
      const socket = await open(t, port)
      socket.write(get('/metrics') + get('/healthz') + last)
      const answers = [...(await text(socket)).matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => status)
      t.strictSame(answers, ['200', '200', status])
    }
  })

  t.test('are not served without end, and not one by one', async t => {
    let rendered = 0
    const made = deferred()
    const source = adminSource([], {
      metrics: async () => {
        rendered++
        await made.promise
        return { contentType: 'text/plain', body: 'a 1\n' }
      },
    })
    const { ask, port } = await startAdmin(t, source)
    const greedy = await open(t, port)
    const cutOff = new Promise(resolve => greedy.once('close', resolve))
    greedy.on('error', () => undefined).write(get('/metrics').repeat(40_000))
    await cutOff
    const answers = Array.from({ length: 10 }, () => ask('GET', '/metrics'))
    t.equal(rendered, 1, 'that of the first request is under way')
    made.resolve()
    for (const answer of await Promise.all(answers)) t.match(answer, { status: 200, body: 'a 1\n' })
    t.ok(rendered <= 12, `${rendered} renderings`)
    t.match(await ask('GET', '/healthz'), { status: 200 })
  })
})

t.test('slow and silent clients cannot hold it', { timeout: 60_000 }, async t => {
  const { ask, port } = await startAdmin(t)
  const slow: Socket[] = []
  for (let index = 0; index < 64; index++) {
    const socket = await open(t, port)
    socket.on('error', () => undefined).resume()
    if (index % 3 === 1) socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: ')
    if (index % 3 === 2)
      socket.write('POST /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nx')
    slow.push(socket)
  }
  const closed = slow.map(socket => socket.closed || once(socket, 'close'))
  t.match(await ask('GET', '/healthz'), { status: 200 })
  await Promise.all(closed.slice(0, 64 - MOST_CONNECTIONS + 1))
  t.notOk(slow.at(-1)?.closed, 'the oldest made room, the others may go on for a while')
  await Promise.all(closed)
  t.match(await ask('GET', '/healthz'), { status: 200 })
})

t.test('who is being answered is not closed for others', async t => {
  const [asked, made] = [deferred(), deferred()]
  const source = adminSource([], {
    metrics: async () => {
      asked.resolve()
      await made.promise
      return { contentType: 'text/plain', body: 'a 1\n' }
    },
  })
  const { ask, port } = await startAdmin(t, source)
  const answered = ask('GET', '/metrics')
  await asked.promise
  for (let count = 0; count < 2 * MOST_CONNECTIONS; count++) (await open(t, port)).resume()
  made.resolve()
  t.match(await answered, { status: 200, body: 'a 1\n' })
})

t.test('a busy address is an error of the system', async t => {
  const { port } = await startAdmin(t)
  await t.rejects(newServer({ ...LOCAL, port }).start(), { code: 'EADDRINUSE', syscall: 'listen' })
})

t.test('stop', async t => {
  t.test('closes idle connections at once', async t => {
    const { server, ask } = await startAdmin(t)
    const agent = new Agent({ keepAlive: true })
    t.teardown(() => agent.destroy())
    await ask('GET', '/healthz', { agent })
    await server.stop(60_000)
    await t.rejects(ask('GET', '/healthz'), { code: 'ECONNREFUSED' })
  })

  t.test('lets a request under way finish and closes its connection', async t => {
    const [asked, answer] = [deferred(), deferred()]
    const source = adminSource([], {
      services: async () => {
        asked.resolve()
        await answer.promise
        return []
      },
    })
    const { server, ask } = await startAdmin(t, source)
    const agent = new Agent({ keepAlive: true })
    const answered = ask('GET', '/api/v1/services', { agent })
    await asked.promise
    const stopped = server.stop(60_000)
    answer.resolve()
    t.match(await answered, { status: 200, headers: { connection: 'close' } })
    await stopped
  })

  t.test('cuts off what takes longer than its grace', async t => {
    const asked = deferred()
    const source = adminSource([], {
      services: () => {
        asked.resolve()
        return new Promise(() => undefined)
      },
    })
    const { server, ask, port } = await startAdmin(t, source)
    const silent = await open(t, port)
    const answered = t.rejects(ask('GET', '/api/v1/services'), { code: 'ECONNRESET' })
    await asked.promise
    await server.stop(20)
    await answered
    silent.resume()
    if (!silent.closed) await once(silent, 'close')
  })
})

t.test('a unix socket', async t => {
  t.test('is for its owner alone, takes any Host but no Origin, and is removed at the end', async t => {
    const path = join(directory, 'admin.sock')
    const { server, ask } = await startAdmin(t, adminSource(), { kind: 'unix', path })
    t.equal(lstatSync(path).mode & 0o777, 0o600)
    t.match(await ask('GET', '/healthz', { headers: { Host: 'anything' } }), { status: 200, body: 'ok' })
    t.match(await ask('GET', '/healthz', { headers: { Origin: 'http://localhost' } }), { status: 403 })
    await server.stop(1000)
    t.equal(existsSync(path), false)
  })

  t.test('that is in use stays with who uses it', async t => {
    const path = join(directory, 'used.sock')
    const user = createServer().listen(path)
    await once(user, 'listening')
    t.teardown(() => user.close())
    await t.rejects(newServer({ kind: 'unix', path }).start(), { code: 'EADDRINUSE' })
    const client = connect(path)
    await once(client, 'connect')
    client.destroy()
  })

  t.test('that a crash left behind is replaced', async t => {
    const path = join(directory, 'stale.sock')
    const program = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`
    await once(spawn(process.execPath, ['-e', program]), 'exit')
    t.equal(lstatSync(path).isSocket(), true)
    const { ask } = await startAdmin(t, adminSource(), { kind: 'unix', path })
    t.match(await ask('GET', '/healthz'), { status: 200 })
    t.equal(lstatSync(path).mode & 0o777, 0o600)
  })
})

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => undefined
  const promise = new Promise<void>(settle => (resolve = settle))
  return { promise, resolve: () => resolve() }
}
