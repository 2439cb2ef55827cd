import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import t, { type Test } from 'tap'
import { allEnded } from '../../fixtures/balanced-tcp.js'
import { surroundings, watchForLeaks, type Evenkeel } from '../../fixtures/evenkeel.js'
import { whileStopped } from '../../fixtures/stopped.js'
import { openPair, type Side, type Stream } from '../../fixtures/tcp-pair.js'

/** A session seen from the side that breaks it and from the other one. */
interface Scene {
  readonly evenkeel: Evenkeel
  readonly breaker: Side
  readonly other: Side
  /** Resolves when at least that many bytes of the breaker were received and handed on. */
  readonly passed: (count: number) => Promise<unknown>
}

type Play = (scene: Scene, t: Test) => Promise<void>

const ROLES = ['backend', 'client'] as const

t.jobs = 2

for (const role of ROLES) {
  test(`case 27: truncation by the ${role}`, role, async ({ breaker, other, passed }, t) => {
    const stream = other.collect()
    const sent = randomBytes(600_000)
    breaker.socket.write(sent)
    await passed(sent.length)
    breaker.socket.resetAndDestroy()
    isCutAfter(t, await stream, sent)
  })

  test(`a reset by the ${role} waits for a side that reads later`, role, async (scene, t) => {
    const { evenkeel, breaker, other, passed } = scene
    const sent = randomBytes(200_000)
    breaker.socket.write(sent)
    await passed(sent.length)
    const before = evenkeel.openFiles()
    breaker.socket.resetAndDestroy()
    await evenkeel.until(
      () => Promise.resolve(evenkeel.openFiles()),
      files => files < before,
    )
    isCutAfter(t, await other.collect(), sent)
  })

  test(`a reset by the ${role} together with its last bytes is no end`, role, async (scene, t) => {
    const { evenkeel, breaker, other } = scene
    const sent = randomBytes(20_000)
    await whileStopped(evenkeel, () => writeAndReset(breaker, sent))
    isCutAfter(t, await other.collect(), sent)
  })

  test(`a reset by the ${role} in the middle of a stream is no end`, role, async (scene, t) => {
    const { breaker, other, passed } = scene
    const stream = other.collect()
    const sent = randomBytes(32 * 1024 * 1024)
    breaker.socket.write(sent)
    await passed(1_000_000)
    breaker.socket.resetAndDestroy()
    const { bytes } = await stream
    t.ok(bytes.length >= 1_000_000 && bytes.length < sent.length, `${bytes.length} bytes arrive`)
    isCutAfter(t, await stream, sent.subarray(0, bytes.length))
  })
}

test('a client that has ended learns of a reset with the last bytes', 'backend', async (scene, t) => {
  const { evenkeel, breaker, other } = scene
  const ended = once(breaker.socket.resume(), 'end')
  other.socket.end()
  await ended
  const sent = randomBytes(20_000)
  await whileStopped(evenkeel, () => writeAndReset(breaker, sent))
  isCutAfter(t, await other.collect(), sent)
})

// What a socket of node:net cannot do: tell a reset from an end by reading, and read on when nothing can be written.
if (surroundings.shell === '') {
  test(
    'a reset by a client with its last bytes is no end for a server that has ended',
    'client',
    async (scene, t) => {
      const { evenkeel, breaker, other } = scene
      const ended = once(breaker.socket.resume(), 'end')
      other.socket.end()
      await ended
      const sent = randomBytes(20_000)
      const stream = other.collect()
      await whileStopped(evenkeel, () => writeAndReset(breaker, sent))
      t.ok((await stream).bytes.equals(sent), 'they arrive')
      await allEnded(evenkeel)
      const reason = { reason: 'client-aborted' }
      t.equal(await evenkeel.metric('evenkeel_sessions_closed_total', reason), 1)
    },
  )

  for (const role of ROLES) {
    test(`what the ${role} said before it broke arrives, though it took no more`, role, async (scene, t) => {
      const { evenkeel, breaker, other } = scene
      const sent = randomBytes(20_000)
      await whileStopped(evenkeel, async () => {
        await new Promise(resolve => other.socket.write('more', resolve))
        await writeAndReset(breaker, sent)
      })
      isCutAfter(t, await other.collect(), sent)
    })
  }
}

test('an end that comes with the last bytes is an end', 'backend', async (scene, t) => {
  const { evenkeel, breaker, other } = scene
  const ended = once(breaker.socket.resume(), 'end')
  other.socket.end()
  await ended
  const sent = randomBytes(20_000)
  await whileStopped(evenkeel, () => new Promise<void>(resolve => breaker.socket.end(sent, resolve)))
  const { bytes, outcome } = await other.collect()
  t.equal(outcome, 'end')
  t.ok(bytes.equals(sent))
})

function test(title: string, breaks: (typeof ROLES)[number], play: Play): void {
  t.test(title, { buffered: true }, async t => {
    const { evenkeel, client, backend } = await openPair(t)
    // The session itself is open already, and gone at the end.
    const noLeaks = watchForLeaks(t, evenkeel)
    const [breaker, other] = breaks === 'backend' ? [backend, client] : [client, backend]
    const direction = breaks === 'backend' ? 'to_client' : 'to_backend'
    const passed = (count: number): Promise<number> =>
      evenkeel.until(
        () => evenkeel.metric('evenkeel_bytes_total', { direction }),
        bytes => bytes >= count,
      )
    await play({ evenkeel, breaker, other, passed }, t)
    await noLeaks()
  })
}

async function writeAndReset({ socket }: Side, bytes: Buffer): Promise<void> {
  await new Promise(resolve => socket.write(bytes, resolve))
  socket.resetAndDestroy()
}

function isCutAfter(t: Test, { bytes, outcome }: Stream, sent: Buffer): void {
  t.equal(outcome, 'reset')
  t.ok(bytes.equals(sent), `${bytes.length} of ${sent.length} bytes arrive`)
}
