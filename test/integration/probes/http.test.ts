import { once } from 'node:events'
import type { Socket } from 'node:net'
import t from 'tap'
import { httpProbe } from '../../../src/control/probes/http.js'
import type { Probe } from '../../../src/control/probes/probe.js'
import { gone, listenTcp, listenUnix, loopback, refusedTcp, unhurried } from '../../fixtures/probe-targets.js'
import { shortDirectory } from '../../fixtures/short-directory.js'

function probe({ port, path = '/health', status = 200, body }: Partial<Wanted> = {}): Probe {
  return httpProbe({ kind: 'http', port, path, status, body })
}

interface Wanted {
  readonly port: number
  readonly path: string
  readonly status: number
  readonly body: string
}

/** Answers the first bytes of each connection, raw. */
function answering(...pieces: readonly string[]): (socket: Socket) => void {
  return socket => socket.once('data', () => send(socket, pieces))
}

function send(socket: Socket, [piece, ...rest]: readonly string[]): void {
  if (piece === undefined) socket.end()
  else socket.write(piece, () => setImmediate(() => send(socket, rest)))
}

const OK = 'HTTP/1.1 200 OK\r\n'

t.test('asks for the path and leaves no connection', async t => {
  let asked: Promise<unknown[]> | undefined
  let closed: Promise<unknown> | undefined
  const target = await listenTcp(t, socket => {
    asked = once(socket, 'data')
    closed = gone(socket)
    socket.once('data', () => socket.write(`${OK}Content-Length: 1000\r\n\r\n`))
  })
  t.same(await probe({ path: '/a b/ü?c=%20' })(target, unhurried()), { kind: 'pass', reason: 'status 200' })
  await closed
  const lines = String((await asked)?.[0]).split('\r\n')
  t.equal(lines[0], 'GET /a%20b/%C3%BC?c=%20 HTTP/1.1')
  t.ok(lines.includes('Connection: close'))
  t.ok(lines.includes(`Host: 127.0.0.1:${target.kind === 'inet' ? target.port : 0}`))
  t.equal(lines.filter(line => line.startsWith('Host:')).length, 1)
})

t.test('IPv6, unix sockets and another port', async t => {
  let host: string | undefined
  const six = await listenTcp(
    t,
    socket => {
      socket.once('data', bytes => (host = /Host: (.*)\r\n/.exec(String(bytes))?.[1]))
      answering(`${OK}\r\n`)(socket)
    },
    6,
  )
  t.equal((await probe()(six, unhurried())).kind, 'pass')
  t.equal(host, `[::1]:${six.kind === 'inet' ? six.port : 0}`)
  t.equal((await probe()(await listenUnix(t, answering(`${OK}\r\n`)), unhurried())).kind, 'pass')
  const other = await listenTcp(t, answering(`${OK}\r\n`))
  const port = other.kind === 'inet' ? other.port : 0
  t.equal((await probe({ port })(loopback(1), unhurried())).kind, 'pass')
})

t.test('one status passes, and a redirect is not followed', async t => {
  const busy = await listenTcp(t, answering('HTTP/1.1 503 Busy\r\n\r\n'))
  t.same(await probe()(busy, unhurried()), { kind: 'fail', cause: 'dead', reason: 'unexpected status 503' })
  t.equal((await probe({ status: 503 })(busy, unhurried())).kind, 'pass')
  const moved = await listenTcp(t, answering('HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n'))
  t.match(await probe()(moved, unhurried()), { kind: 'fail', reason: 'unexpected status 302' })
})

t.test('the body must have the text, in whatever pieces it comes', async t => {
  const target = await listenTcp(t, answering(`${OK}\r\n{"role":`, ' "pri', 'mary ü', '"}'))
  t.same(await probe({ body: 'primary ü' })(target, unhurried()), { kind: 'pass', reason: 'status 200' })
  t.match(await probe({ body: 'replica' })(target, unhurried()), {
    kind: 'fail',
    reason: 'unexpected answer "{\\"role\\": \\"primary \\xc3\\xbc\\"}"',
  })
})

t.test('only 64 KiB of the body are looked at', async t => {
  const target = await listenTcp(t, answering(`${OK}\r\n`, 'x'.repeat(65_534), 'yes', 'no'))
  t.match(await probe({ body: 'yes' })(target, unhurried()), {
    kind: 'fail',
    reason: '"yes" is not in the first 64 KiB of the body',
  })
  t.equal((await probe({ body: 'xye' })(target, unhurried())).kind, 'pass', 'to the last byte')
})

t.test('what browsers and curl take', async t => {
  for (const answer of [
    'HTTP/1.0 200 OK\n\n',
    `${OK}X: ${'y'.repeat(40_000)}\r\n\r\nprimary`,
    `HTTP/1.1 103 Early Hints\r\n\r\n${OK}\r\nprimary`,
  ]) {
    const target = await listenTcp(t, answering(answer))
    t.equal((await probe()(target, unhurried())).kind, 'pass', answer.slice(0, 60))
    if (!answer.endsWith('primary')) continue
    t.equal((await probe({ body: 'primary' })(target, unhurried())).kind, 'pass', 'with its body')
  }
})

t.test('what is no answer', async t => {
  t.match(await probe()(await refusedTcp(), unhurried()), { reason: 'connection refused (ECONNREFUSED)' })
  const closing = await listenTcp(t, answering())
  t.match(await probe()(closing, unhurried()), { kind: 'fail', reason: 'closed before answering' })
  const garbled = await listenTcp(t, answering('220 mail.example ESMTP\r\n'))
  t.match(await probe()(garbled, unhurried()), { kind: 'fail', reason: /^malformed HTTP answer \(HPE_/ })
  const truncated = await listenTcp(t, answering(`${OK}Content-Length: 100\r\n\r\nprim`))
  t.match(await probe({ body: 'primary' })(truncated, unhurried()), {
    kind: 'fail',
    reason: 'closed before answering',
  })
  const reset = await listenTcp(t, socket => socket.once('data', () => socket.resetAndDestroy()))
  t.match(await probe()(reset, unhurried()), { kind: 'fail', reason: 'connection reset (ECONNRESET)' })
  const upgraded = await listenTcp(
    t,
    answering('HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'),
  )
  t.match(await probe()(upgraded, unhurried()), { kind: 'fail' })
  const absent = await probe()({ kind: 'unix', path: `${shortDirectory(t)}/none` }, unhurried())
  t.match(absent, { kind: 'fail', reason: 'no such socket (ENOENT)' })
  t.match(await probe()({ kind: 'unix', path: `/${'x'.repeat(200)}` }, unhurried()), { kind: 'fail' })
})

t.test('an abort closes the connection, before and in the middle of the answer', async t => {
  for (const beginning of ['', `${OK}\r\nprim`]) {
    const control = new AbortController()
    let closed: Promise<unknown> | undefined
    const target = await listenTcp(t, socket => {
      closed = gone(socket)
      socket.once('data', () => {
        if (beginning === '') control.abort()
        else socket.write(beginning, () => setImmediate(() => control.abort()))
      })
    })
    t.equal((await probe({ body: 'primary' })(target, control.signal)).kind, 'local')
    await closed
  }
})

t.test('an abort in the turn of the start', async t => {
  const control = new AbortController()
  const target = await listenTcp(t, () => undefined)
  const told = probe()(target, control.signal)
  control.abort()
  t.equal((await told).kind, 'local')
})
