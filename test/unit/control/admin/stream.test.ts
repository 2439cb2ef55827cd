import type { ServerResponse } from 'node:http'
import t from 'tap'
import type { Feed } from '../../../../src/control/admin/feed.js'
import { Stream } from '../../../../src/control/admin/stream.js'
import { FakeClock, settled } from '../../../fixtures/fake-clock.js'
import { FakeResponse } from '../../../fixtures/fake-response.js'

interface SetUp {
  readonly stream: Stream
  readonly clock: FakeClock
  readonly response: FakeResponse
  /** Messages that the stream has not asked for yet. */
  readonly messages: Uint8Array[]
  /** How often it asked. */
  asked: number
  readonly wake: () => void
  readonly closed: () => number
}

function setUp(): SetUp {
  const clock = new FakeClock()
  const response = new FakeResponse()
  const messages: Uint8Array[] = []
  let wake = (): void => undefined
  let closed = 0
  const feed: Feed = {
    next: () => {
      state.asked++
      return messages.shift()
    },
    close: () => closed++,
  }
  const state = { clock, response, messages, asked: 0, wake: () => wake(), closed: () => closed }
  const open = (told: () => void): Feed => {
    wake = told
    return feed
  }
  return Object.assign(state, { stream: new Stream(response as unknown as ServerResponse, open, clock) })
}

t.test('it shows at once that it is open, and then sends what there is', async t => {
  const { response, messages } = setUp()
  messages.push(Buffer.from('one'), Buffer.from('two'))
  t.strictSame(response.sent, [':\n\n'])
  response.take()
  t.strictSame(response.sent, [':\n\n', 'one'])
  response.take()
  response.take()
  t.strictSame(response.sent, [':\n\n', 'one', 'two'])
})

t.test('nothing is asked for before the last was taken', async t => {
  const state = setUp()
  state.messages.push(Buffer.from('one'))
  for (let count = 0; count < 100; count++) state.wake()
  await settled()
  t.equal(state.asked, 0)
  state.response.take()
  t.equal(state.asked, 1)
})

t.test('many wake-ups in one turn are one', async t => {
  const state = setUp()
  state.response.take()
  t.equal(state.asked, 1)
  for (let count = 0; count < 100; count++) state.wake()
  t.equal(state.asked, 1, 'who wakes it is not kept')
  await settled()
  t.equal(state.asked, 2)
  state.messages.push(Buffer.from('one'))
  state.wake()
  await settled()
  t.strictSame(state.response.sent, [':\n\n', 'one'])
})

t.test('a long message goes out in parts of 64 KiB', async t => {
  const { response, messages } = setUp()
  const long = Buffer.alloc(150_000, 'x')
  messages.push(long, Buffer.from('next'))
  for (let count = 0; count < 4; count++) response.take()
  t.strictSame(
    response.sent.map(({ length }) => length),
    [3, 65_536, 65_536, 150_000 - 2 * 65_536, 4],
  )
})

t.test('while nothing happens there is a comment every 5 s', async t => {
  const { response, clock } = setUp()
  response.take()
  clock.advance(4999)
  t.equal(response.sent.length, 1)
  clock.advance(1)
  t.strictSame(response.sent, [':\n\n', ':\n\n'])
  response.take()
  clock.advance(5000)
  t.equal(response.sent.length, 3)
})

t.test('a reader that takes nothing is cut off after 15 s', async t => {
  const { response, clock, messages, closed } = setUp()
  clock.advance(14_999)
  t.equal(response.req.socket.destroyed, false)
  response.take()
  messages.push(Buffer.from('one'))
  clock.advance(5000)
  t.equal(response.sent.length, 2, 'one that took it in time is waited for again')
  clock.advance(10_000)
  t.equal(response.req.socket.destroyed, false)
  t.equal(response.sent.length, 2, 'and nothing is added to what it does not take')
  clock.advance(5000)
  t.equal(response.req.socket.destroyed, true)
  await settled()
  t.strictSame([closed(), clock.timers], [1, 0])
})

t.test('one that leaves leaves nothing behind', async t => {
  const state = setUp()
  state.response.take()
  state.response.req.socket.destroy()
  await settled()
  t.strictSame([state.closed(), state.clock.timers, state.asked], [1, 0, 1])
  state.wake()
  await settled()
  t.equal(state.asked, 1)
})

t.test('a write that fails asks for no more', async t => {
  const state = setUp()
  state.response.take(new Error('gone'))
  t.equal(state.asked, 0)
})

t.test('it can be ended', async t => {
  const state = setUp()
  state.response.take()
  state.stream.end()
  t.equal(state.response.ended, true)
  t.strictSame([state.closed(), state.clock.timers], [1, 0])
  state.response.req.socket.destroy()
  await settled()
  t.equal(state.closed(), 1)
})
