import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import t, { type Test } from 'tap'
import { balanceTcp } from '../../fixtures/balanced-tcp.js'
import { watchForLeaks, type Evenkeel } from '../../fixtures/evenkeel.js'
import { Mailbox } from '../../fixtures/mailbox.js'
import { serveTcp } from '../../fixtures/tcp-server.js'

/** All that one side was sent, and what it took for the end. */
interface Stream {
  readonly bytes: Buffer
  readonly outcome: 'end' | 'reset'
}

/** A session seen from the side that breaks it and from the other one. */
interface Scene {
  readonly evenkeel: Evenkeel
  readonly breaker: Socket
  readonly other: Socket
  readonly direction: 'to_client' | 'to_backend'
  readonly noLeaks: () => Promise<void>
}

for (const role of ['backend', 'client'] as const) {
  t.test(`case 27: truncation by the ${role}`, async t => {
    t.test('what was sent arrives, then the reset', async t => {
      const { evenkeel, breaker, other, direction, noLeaks } = await open(t, role)
      const stream = collect(other)
      const sent = randomBytes(600_000)
      breaker.write(sent)
      await passed(evenkeel, direction, sent.length)
      breaker.resetAndDestroy()
      const { bytes, outcome } = await stream
      t.equal(outcome, 'reset')
      t.ok(bytes.equals(sent), `${bytes.length} of ${sent.length} bytes arrive`)
      await noLeaks()
    })

    t.test('also at a side that reads only afterwards', async t => {
      const { evenkeel, breaker, other, direction, noLeaks } = await open(t, role)
      const sent = randomBytes(200_000)
      breaker.write(sent)
      await passed(evenkeel, direction, sent.length)
      const before = evenkeel.openFiles()
      breaker.resetAndDestroy()
      await evenkeel.until(
        () => Promise.resolve(evenkeel.openFiles()),
        files => files < before,
      )
      const { bytes, outcome } = await collect(other)
      t.equal(outcome, 'reset')
      t.ok(bytes.equals(sent), `${bytes.length} of ${sent.length} bytes arrive`)
      await noLeaks()
    })

    t.test('also when the other side has ended its own stream', async t => {
      const { evenkeel, breaker, other, direction, noLeaks } = await open(t, role)
      const stream = collect(other)
      const ended = once(breaker.resume(), 'end')
      other.end()
      await ended
      const sent = randomBytes(100_000)
      breaker.write(sent)
      await passed(evenkeel, direction, sent.length)
      breaker.resetAndDestroy()
      const { bytes, outcome } = await stream
      t.equal(outcome, 'reset')
      t.ok(bytes.equals(sent))
      await noLeaks()
    })

    t.test('a reset in the middle of a stream never looks like its end', async t => {
      const { evenkeel, breaker, other, direction, noLeaks } = await open(t, role)
      const stream = collect(other)
      const sent = randomBytes(64 * 1024 * 1024)
      breaker.write(sent)
      await passed(evenkeel, direction, 1_000_000)
      breaker.resetAndDestroy()
      const { bytes, outcome } = await stream
      t.equal(outcome, 'reset')
      t.ok(bytes.length < sent.length && bytes.equals(sent.subarray(0, bytes.length)), 'a true beginning')
      await noLeaks()
    })
  })
}

async function open(t: Test, breaks: 'backend' | 'client'): Promise<Scene> {
  const accepted = new Mailbox<Socket>()
  const server = await serveTcp(t, socket => accepted.push(socket))
  const evenkeel = await balanceTcp(t, [server.address])
  const noLeaks = watchForLeaks(t, evenkeel)
  const client = connect({ port: evenkeel.port, host: '127.0.0.1', allowHalfOpen: true })
  t.teardown(() => client.destroy())
  client.on('error', () => undefined)
  const backend = await accepted.at(0)
  return breaks === 'backend'
    ? { evenkeel, breaker: backend, other: client, direction: 'to_client', noLeaks }
    : { evenkeel, breaker: client, other: backend, direction: 'to_backend', noLeaks }
}

/** Resolves when at least that many bytes were received by the program and handed on. */
async function passed(evenkeel: Evenkeel, direction: string, count: number): Promise<void> {
  await evenkeel.until(
    () => evenkeel.metric('evenkeel_bytes_total', { direction }),
    bytes => bytes >= count,
  )
}

/** Reads a socket, that was not read before, to its end. */
function collect(socket: Socket): Promise<Stream> {
  const chunks: Buffer[] = []
  return new Promise(resolve => {
    const finish = (outcome: Stream['outcome']) => (): void => {
      resolve({ bytes: Buffer.concat(chunks), outcome })
    }
    socket.once('end', finish('end')).once('error', finish('reset'))
    socket.on('data', chunk => chunks.push(chunk))
  })
}
