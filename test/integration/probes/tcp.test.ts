import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import t from 'tap'
import { tcpProbe } from '../../../src/control/probes/tcp.js'
import type { Probe } from '../../../src/control/probes/probe.js'
import type { Expectation } from '../../../src/core/service.js'
import { gone, listenTcp, listenUnix, loopback, refusedTcp, unhurried } from '../../fixtures/probe-targets.js'
import { shortDirectory } from '../../fixtures/short-directory.js'

const starts = (text: string): Expectation => ({ kind: 'prefix', bytes: Buffer.from(text) })

function probe({ port, send, expect }: { port?: number; send?: string; expect?: Expectation } = {}): Probe {
  return tcpProbe({ kind: 'tcp', port, send: send === undefined ? undefined : Buffer.from(send), expect })
}

/** Sends one piece, and the next when the other side can have read it. */
function sendPieces(socket: Socket, [piece, ...rest]: readonly string[]): void {
  if (piece === undefined) return
  socket.setNoDelay(true)
  socket.write(piece, () => setImmediate(() => sendPieces(socket, rest)))
}

t.test('passes when the backend accepts, and leaves no connection', async t => {
  let closed: Promise<unknown> | undefined
  const target = await listenTcp(t, socket => (closed = gone(socket.resume())))
  const accepted = await probe()(target, unhurried())
  t.same(accepted, { kind: 'pass', reason: 'connected' })
  await closed
})

t.test('IPv6, unix sockets and another port', async t => {
  const six = await listenTcp(t, () => undefined, 6)
  t.equal((await probe()(six, unhurried())).kind, 'pass')
  const unix = await listenUnix(t, socket => socket.end('hello'))
  t.equal((await probe({ expect: starts('hello') })(unix, unhurried())).kind, 'pass')
  const other = await listenTcp(t, socket => socket.end('other'))
  const port = other.kind === 'inet' ? other.port : 0
  t.equal((await probe({ port, expect: starts('other') })(await refusedTcp(), unhurried())).kind, 'pass')
})

t.test('a refusal, and a unix socket that is not there', async t => {
  t.same(await probe()(await refusedTcp(), unhurried()), {
    kind: 'fail',
    cause: 'dead',
    reason: 'connection refused (ECONNREFUSED)',
  })
  t.same(await probe()({ kind: 'unix', path: `${shortDirectory(t)}/none` }, unhurried()), {
    kind: 'fail',
    cause: 'dead',
    reason: 'no such socket (ENOENT)',
  })
})

t.test('sends, and reads an answer that comes in pieces', async t => {
  const target = await listenTcp(t, socket => {
    socket.once('data', bytes => sendPieces(socket, ['+', 'PO', 'NG\r\n', String(bytes)]))
  })
  t.same(await probe({ send: 'PING\r\n', expect: starts('+PONG\r\nPING') })(target, unhurried()), {
    kind: 'pass',
    reason: 'answered',
  })
})

t.test('what is sent arrives even if nothing is expected', async t => {
  let received: Promise<unknown[]> | undefined
  const target = await listenTcp(t, socket => (received = once(socket, 'data')))
  const verdict = await probe({ send: 'QUIT' })(target, unhurried())
  t.same(verdict, { kind: 'pass', reason: 'connected' })
  t.equal(String((await received)?.[0]), 'QUIT')
})

t.test('a wrong answer is quoted', async t => {
  const target = await listenTcp(t, socket => socket.write('-LOADING\r\n'))
  t.same(await probe({ expect: starts('+') })(target, unhurried()), {
    kind: 'fail',
    cause: 'dead',
    reason: 'unexpected answer "-LOADING\\r\\n"',
  })
})

t.test('the end of the connection before the answer', async t => {
  const silent = await listenTcp(t, socket => socket.end())
  t.match(await probe({ expect: starts('+') })(silent, unhurried()), {
    kind: 'fail',
    reason: 'closed before answering',
  })
  const partial = await listenTcp(t, socket => socket.end('+PO'))
  t.match(await probe({ expect: starts('+PONG') })(partial, unhurried()), {
    kind: 'fail',
    reason: 'unexpected answer "+PO"',
  })
  const reset = await listenTcp(t, socket => socket.once('data', () => socket.resetAndDestroy()))
  t.match(await probe({ send: '?', expect: starts('+') })(reset, unhurried()), {
    kind: 'fail',
    cause: 'dead',
    reason: 'connection reset (ECONNRESET)',
  })
})

t.test('64 KiB without the answer are enough', async t => {
  const target = await listenTcp(t, socket => {
    const flood = (): void => void (socket.destroyed || socket.write(Buffer.alloc(16_384, 'x'), flood))
    flood()
  })
  t.match(await probe({ expect: { kind: 'pattern', pattern: /never/ } })(target, unhurried()), {
    kind: 'fail',
    reason: /^unexpected answer "x+…"$/,
  })
})

t.test('an abort closes the connection to a silent server', async t => {
  const control = new AbortController()
  let closed: Promise<unknown> | undefined
  const target = await listenTcp(t, socket => {
    closed = gone(socket.resume())
    control.abort()
  })
  await probe({ expect: starts('+') })(target, control.signal)
  await closed
  t.ok(closed, 'the server saw it come and go')
})

t.test('an abort before the connection stands', async t => {
  const control = new AbortController()
  const target = await listenTcp(t, () => undefined)
  const told = probe()(target, control.signal)
  control.abort()
  t.equal((await told).kind, 'local')
})

t.test('a stopped backend still accepts, but does not answer', async t => {
  const script =
    "require('net').createServer(s => s.write('+')).listen(0, '127.0.0.1', function () { console.log(this.address().port) })"
  const backend = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.teardown(() => backend.kill('SIGKILL'))
  const target = loopback(Number(String((await once(backend.stdout, 'data'))[0])))
  backend.kill('SIGSTOP')
  let verdict: unknown
  const answered = probe({ expect: starts('+') })(target, unhurried()).then(told => (verdict = told))
  t.equal((await probe()(target, unhurried())).kind, 'pass')
  t.equal(verdict, undefined)
  backend.kill('SIGCONT')
  t.match(await answered, { kind: 'pass', reason: 'answered' })
})
