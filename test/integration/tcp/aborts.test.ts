import { once } from 'node:events'
import type { Socket } from 'node:net'
import t from 'tap'
import { allEnded, balanceTcp, freshEcho } from '../../fixtures/balanced-tcp.js'
import { watchForLeaks } from '../../fixtures/evenkeel.js'
import { finishOf, TcpClient } from '../../fixtures/tcp-client.js'
import { openPair } from '../../fixtures/tcp-pair.js'
import { echo, serveTcp, type Serve } from '../../fixtures/tcp-server.js'

const TIMES = 100
const PART = 'a part of what was to come'

/** Plays a client that many times, some of them at once. */
async function repeat(play: () => Promise<unknown>): Promise<void> {
  for (let time = 0; time < TIMES; time += 20) await Promise.all(Array.from({ length: 20 }, play))
}

/** Sends a part and breaks off before the rest. */
function breakOff(socket: Socket): void {
  socket.write(PART, () => socket.resetAndDestroy())
}

t.test('what a backend sent before it broke arrives, and then the break', async t => {
  let serve: Serve = socket => void socket.once('data', () => breakOff(socket))
  const server = await serveTcp(t, socket => serve(socket))
  const evenkeel = await balanceTcp(t, [server.address])
  const noLeaks = watchForLeaks(t, evenkeel)
  await repeat(async () => {
    const client = new TcpClient(evenkeel.port)
    client.socket.write('a question')
    t.same(await client.finished, { bytes: Buffer.from(PART), outcome: 'reset' })
    client.socket.destroy()
  })
  await allEnded(evenkeel)
  t.equal(await evenkeel.metric('evenkeel_sessions_closed_total', { reason: 'backend-aborted' }), TIMES)
  serve = echo
  await freshEcho(t, evenkeel)
  await noLeaks()
})

t.test('the same to a client that has ended its side', async t => {
  const server = await serveTcp(t, socket => void socket.resume().once('end', () => breakOff(socket)))
  const evenkeel = await balanceTcp(t, [server.address])
  const noLeaks = watchForLeaks(t, evenkeel)
  await repeat(async () => {
    const client = new TcpClient(evenkeel.port)
    client.socket.end('a question')
    t.equal((await client.finished).bytes.toString(), PART)
  })
  await allEnded(evenkeel)
  t.equal(await evenkeel.metric('evenkeel_sessions_closed_total', { reason: 'backend-aborted' }), TIMES)
  await noLeaks()
})

t.test('what a client sent before it broke arrives, and then the break', async t => {
  const seen: string[] = []
  const server = await serveTcp(t, socket => {
    let received = ''
    socket.write('go on')
    socket.on('data', chunk => (received += chunk.toString()))
    void finishOf(socket).then(outcome => seen.push(`${outcome} after ${received}`))
  })
  const evenkeel = await balanceTcp(t, [server.address])
  const noLeaks = watchForLeaks(t, evenkeel)
  await repeat(async () => {
    const client = new TcpClient(evenkeel.port)
    await client.receive('go on'.length)
    breakOff(client.socket)
  })
  await allEnded(evenkeel)
  await server.connections(0)
  t.same(
    seen,
    seen.map(() => `reset after ${PART}`),
  )
  t.equal(seen.length, TIMES)
  t.equal(await evenkeel.metric('evenkeel_sessions_closed_total', { reason: 'client-aborted' }), TIMES)
  await noLeaks()
})

for (const role of ['client', 'backend'] as const) {
  t.test(`a ${role} that ends and then breaks is noticed without a timeout`, async t => {
    const { evenkeel, client, backend } = await openPair(t)
    const [breaker, other] = role === 'client' ? [client, backend] : [backend, client]
    const ended = once(other.socket.resume(), 'end')
    breaker.socket.end()
    await ended
    breaker.socket.resetAndDestroy()
    await allEnded(evenkeel)
    const reason = `${role}-aborted`
    t.equal(await evenkeel.metric('evenkeel_sessions_closed_total', { reason }), 1)
  })
}
