import { createServer } from 'node:net'
import t, { type Test } from 'tap'
import { ask, openReply } from '../../../src/admin-client/exchange.js'
import { FakeClock } from '../../fixtures/fake-clock.js'
import { listening } from '../../fixtures/answering.js'

const question = { method: 'GET', path: '/x', patience: 5000 }

t.test('a server that is silent is given up on', async t => {
  const clock = new FakeClock()
  const { address, connected } = await listening(t, createServer())
  const asked = ask(address, question, clock)
  await connected
  clock.advance(5000)
  await t.rejects(asked, { kind: 'unreachable', code: 'ETIMEDOUT' })
  t.equal(clock.timers, 0)
})

t.test('so is one that falls silent in the middle of its answer', async t => {
  const clock = new FakeClock()
  const reply = await openReply(await answering(t, 'HTTP/1.1 200 OK\r\n\r\nhalf'), question, clock)
  t.match(await reply.chunks.next(), { value: 'half' })
  const more = reply.chunks.next()
  clock.advance(5000)
  await t.rejects(more, { kind: 'unreachable', code: 'ETIMEDOUT' })
  t.equal(clock.timers, 0)
})

t.test('what is no HTTP, or breaks off, is told of', async t => {
  const clock = new FakeClock()
  await t.rejects(ask(await answering(t, '-ERR unknown command\r\n'), question, clock), {
    message: /HPE_INVALID_CONSTANT \(what listens there is no admin server of evenkeel\)$/,
  })
  const short = 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf'
  await t.rejects(ask(await answering(t, short, 'and end'), question, clock), { code: 'ECONNRESET' })
  t.equal(clock.timers, 0)
})

t.test('who stops listening is let go', async t => {
  const clock = new FakeClock()
  const reply = await openReply(await answering(t, 'HTTP/1.1 200 OK\r\n\r\nhalf'), question, clock)
  for await (const chunk of reply.chunks) {
    t.equal(chunk, 'half')
    break
  }
  t.equal(clock.timers, 0)
})

/** Where somebody answers every client with this text. */
async function answering(t: Test, text: string, then: 'go on' | 'and end' = 'go on') {
  const server = createServer(socket => {
    socket.write(text)
    if (then === 'and end') socket.end()
  })
  return (await listening(t, server)).address
}
