import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { PROBED, UNPROBED } from '../../fixtures/balanced-tcp.js'
import { startEvenkeel, watchForLeaks } from '../../fixtures/evenkeel.js'
import { check, pour } from '../../fixtures/pattern.js'
import { echoed, TcpClient } from '../../fixtures/tcp-client.js'
import { echo, serveTcp, serveUnix } from '../../fixtures/tcp-server.js'

/** A directory whose name is short enough for the path of a socket. */
function directory(t: Test): string {
  const path = mkdtempSync(join(tmpdir(), 'ek-'))
  t.teardown(() => rmSync(path, { recursive: true }))
  return path
}

t.test('a unix listener in front of a unix backend', async t => {
  const path = directory(t)
  const [front, back] = [join(path, 'front'), join(path, 'back')]
  await serveUnix(t, back, echo)
  const flags = ['--listen', `unix:${front}`, '--backend', `unix:${back}`, '--access-log', ...PROBED]
  const evenkeel = await startEvenkeel(t, flags)
  const noLeaks = watchForLeaks(t, evenkeel)
  t.match(await evenkeel.event('listening'), { listener: `unix:${front}`, address: front, port: null })
  await evenkeel.backendState(`unix:${back}`, 'up')
  t.equal(await echoed({ path: front }, 'through files'), 'through files')
  t.match(await evenkeel.event('session'), {
    client: 'unix',
    backend: `unix:${back}`,
    reason: 'client-closed',
    bytesToBackend: 13,
    bytesToClient: 13,
  })

  const socket = connect({ path: front, allowHalfOpen: true })
  const received = check(socket, 3)
  await pour(socket, 3, 4_000_000)
  socket.end()
  t.equal(await received, 4_000_000)
  await noLeaks()

  evenkeel.signal('SIGTERM')
  t.same(await evenkeel.exit(), { code: 0, signal: null })
  t.notOk(existsSync(front), 'the file is gone')
})

t.test('from unix to TCP, TCP to unix, and both listeners at once', async t => {
  const path = directory(t)
  const [front, back] = [join(path, 'front'), join(path, 'back')]
  const server = await serveTcp(t, echo)
  await serveUnix(t, back, echo)
  const evenkeel = await startEvenkeel(t, [
    ...['--listen', 'tcp://127.0.0.1:0', '--listen', `unix:${front}`],
    ...['--backend', server.address, '--backend', `unix:${back},name=file`],
    ...UNPROBED,
  ])
  const noLeaks = watchForLeaks(t, evenkeel)
  for (const target of [evenkeel.port, evenkeel.port, { path: front }, { path: front }]) {
    t.equal(await echoed(target, 'any way'), 'any way')
  }
  t.equal(await evenkeel.metric('evenkeel_sessions_total', { backend: 'file' }), 2)
  t.equal(await evenkeel.metric('evenkeel_sessions_total', { backend: server.address }), 2)
  await noLeaks()
})

t.test('a backend whose file is not there is tried in vain, then left alone', async t => {
  const path = directory(t)
  const server = await serveTcp(t, echo)
  const evenkeel = await startEvenkeel(t, [
    ...[
      '--listen',
      'tcp://127.0.0.1:0',
      '--backend',
      `unix:${join(path, 'none')}`,
      '--backend',
      server.address,
    ],
    ...UNPROBED,
  ])
  const noLeaks = watchForLeaks(t, evenkeel)
  for (let count = 0; count < 8; count++) t.equal(await echoed(evenkeel.port, 'served'), 'served')
  t.equal(await evenkeel.metric('evenkeel_connect_errors_total', { error: 'ENOENT' }), 3)
  t.match(await evenkeel.event('backend-state'), { to: 'down', cause: 'dead' })
  await noLeaks()
})

t.test('the file that a killed process left behind is replaced', async t => {
  const path = directory(t)
  const front = join(path, 'front')
  const server = await serveTcp(t, echo)
  const flags = ['--listen', `unix:${front}`, '--backend', server.address, ...UNPROBED]
  const killed = await startEvenkeel(t, flags)
  killed.signal('SIGKILL')
  await killed.exit()
  t.ok(existsSync(front))
  await startEvenkeel(t, flags)
  t.equal(await echoed({ path: front }, 'again'), 'again')
})

t.test('an aborted TCP session leaves nothing of its unix side', async t => {
  const path = directory(t)
  const back = join(path, 'back')
  const closed = new Promise(resolve => {
    void serveUnix(t, back, socket => {
      socket.on('close', resolve)
      echo(socket)
    })
  })
  const flags = ['--listen', 'tcp://127.0.0.1:0', '--backend', `unix:${back}`, ...UNPROBED]
  const evenkeel = await startEvenkeel(t, flags)
  const noLeaks = watchForLeaks(t, evenkeel)
  const client = new TcpClient(evenkeel.port)
  await client.exchange('a word')
  client.abort()
  await closed
  await noLeaks()
  t.equal(await evenkeel.metric('evenkeel_sessions_closed_total', { reason: 'client-aborted' }), 1)
})
