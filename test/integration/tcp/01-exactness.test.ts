import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import t from 'tap'
import { balanceTcp, freshEcho } from '../../fixtures/balanced-tcp.js'
import { watchForLeaks } from '../../fixtures/evenkeel.js'
import { check, pour } from '../../fixtures/pattern.js'
import { echo, serveTcp } from '../../fixtures/tcp-server.js'

const CONNECTIONS = 20
const BYTES = 16 * 1024 * 1024

/** Both directions at once, each with a stream of its own; the client's seed is sent ahead. */
async function answerPattern(socket: Socket, checked: number[]): Promise<void> {
  const seed = await readSeed(socket)
  const [received] = await Promise.all([check(socket, seed), pourAndEnd(socket, seed + 1)])
  checked.push(received)
}

async function exchangePattern(port: number, seed: number): Promise<number> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  socket.write(Buffer.of(seed))
  const [received] = await Promise.all([check(socket, seed + 1), pourAndEnd(socket, seed)])
  return received
}

async function readSeed(socket: Socket): Promise<number> {
  await once(socket, 'readable')
  const seed = socket.read(1) as Buffer
  return seed.readUInt8()
}

async function pourAndEnd(socket: Socket, seed: number): Promise<void> {
  await pour(socket, seed, BYTES)
  socket.end()
}

t.test('case 1: TCP exactness', async t => {
  const uploads: number[] = []
  const server = await serveTcp(t, socket => void answerPattern(socket, uploads))
  const evenkeel = await balanceTcp(t, [server.address])
  const noLeaks = watchForLeaks(t, evenkeel)
  const downloads = await Promise.all(
    Array.from({ length: CONNECTIONS }, (_, index) => exchangePattern(evenkeel.port, 2 * index)),
  )
  const whole = Array.from({ length: CONNECTIONS }, () => BYTES)
  t.same(downloads, whole, 'every byte from the backend, in order')
  await noLeaks()
  t.same(uploads, whole, 'every byte to the backend, in order')
  const passed = CONNECTIONS * BYTES
  t.equal(await evenkeel.metric('evenkeel_bytes_total', { direction: 'to_client' }), passed)
  t.equal(await evenkeel.metric('evenkeel_bytes_total', { direction: 'to_backend' }), passed + CONNECTIONS)
})

t.test('one byte at a time', async t => {
  const server = await serveTcp(t, echo)
  const evenkeel = await balanceTcp(t, [server.address])
  const noLeaks = watchForLeaks(t, evenkeel)
  await freshEcho(t, evenkeel)
  const socket = connect({ port: evenkeel.port, host: '127.0.0.1' })
  const text = 'one byte at a time'
  let received = ''
  for (const byte of text) {
    socket.write(byte)
    received += String((await once(socket, 'data'))[0])
  }
  socket.end()
  t.equal(received, text)
  await noLeaks()
})
