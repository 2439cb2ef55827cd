import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { isRefusal, runProgram, type Ended } from '../../fixtures/run-program.js'

const BACKEND = ['--backend', '127.0.0.1:9']

t.jobs = 2

t.test('case 19: port taken, TCP', { buffered: true }, async t => {
  const port = await takeTcp(t)
  const listener = `127.0.0.1:${port}`
  isRefusal(t, await run(['--listen', listener]), `--listen ${listener}: address already in use (EADDRINUSE)`)
})

t.test('case 19: port taken, UDP', { buffered: true }, async t => {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  t.teardown(() => socket.close())
  const listener = `udp://127.0.0.1:${socket.address().port}`
  isRefusal(t, await run(['--listen', listener]), `--listen ${listener}: address already in use (EADDRINUSE)`)
})

t.test('case 19: the second of three listeners is taken', { buffered: true }, async t => {
  const port = await takeTcp(t)
  const [first, third] = [join(directory(t), 'first.sock'), join(directory(t), 'third.sock')]
  const listeners = [`unix:${first}`, `tcp://127.0.0.1:${port}`, `unix:${third}`]
  const ended = await run(listeners.flatMap(listener => ['--listen', listener]))
  isRefusal(t, ended, `--listen tcp://127.0.0.1:${port}: address already in use (EADDRINUSE)`)
  t.notOk(existsSync(first), 'the first is not left behind')
  t.notOk(existsSync(third))
})

t.test('case 19: admin port taken', { buffered: true }, async t => {
  const port = await takeTcp(t)
  const first = join(directory(t), 'first.sock')
  const admin = ['--admin', `127.0.0.1:${port}`]
  const ended = await runProgram(['--listen', `unix:${first}`, ...BACKEND, ...admin])
  isRefusal(t, ended, `--admin 127.0.0.1:${port}: address already in use (EADDRINUSE)`)
  t.notOk(existsSync(first))
})

t.test('case 19: a listener that is taken leaves no admin server', { buffered: true }, async t => {
  const port = await takeTcp(t)
  const socket = join(directory(t), 'admin.sock')
  const listener = `127.0.0.1:${port}`
  const ended = await runProgram(['--listen', listener, ...BACKEND, '--admin', `unix:${socket}`])
  isRefusal(t, ended, `--listen ${listener}: address already in use (EADDRINUSE)`)
  t.notOk(existsSync(socket))
})

t.test('case 19: a unix socket that somebody listens on', { buffered: true }, async t => {
  const path = join(directory(t), 'taken.sock')
  const server = createServer().listen(path)
  await once(server, 'listening')
  t.teardown(() => server.close())
  const ended = await run(['--listen', `unix:${path}`])
  isRefusal(t, ended, `--listen unix:${path}: address already in use (EADDRINUSE)`)
  t.ok(existsSync(path), 'which stays')
})

t.test("case 19: somebody else's address", { buffered: true }, async t => {
  for (const listener of ['192.0.2.99:0', 'udp://192.0.2.99:0']) {
    const ended = await run(['--listen', listener])
    isRefusal(t, ended, `--listen ${listener}: address not available (EADDRNOTAVAIL)`)
  }
})

t.test('case 19: a directory that is not there', { buffered: true }, async t => {
  const address = `unix:${join(directory(t), 'nowhere', 'front.sock')}`
  const words = 'no such file or directory (ENOENT)'
  isRefusal(t, await run(['--listen', address]), `--listen ${address}: ${words}`)
  const ended = await runProgram(['--listen', '127.0.0.1:0', ...BACKEND, '--admin', address])
  isRefusal(t, ended, `--admin ${address}: ${words}`)
})

function run(listeners: readonly string[]): Promise<Ended> {
  return runProgram([...listeners, ...BACKEND, '--no-admin'])
}

async function takeTcp(t: Test): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  return (server.address() as AddressInfo).port
}

/** A directory whose name is short enough for the path of a unix socket. */
function directory(t: Test): string {
  const path = mkdtempSync(join(tmpdir(), 'evenkeel-'))
  t.teardown(() => rmSync(path, { recursive: true }))
  return path
}
