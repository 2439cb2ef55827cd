import type { IncomingMessage, ServerResponse } from 'node:http'
import t from 'tap'
import { problem } from '../../../../src/control/admin/answer.js'
import { Connection } from '../../../../src/control/admin/connection.js'
import { FakeClock, settled } from '../../../fixtures/fake-clock.js'
import { WiredClient } from '../../../fixtures/wired-server.js'

const GET = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'
const POST = 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\n'

interface SetUp {
  readonly client: WiredClient
  readonly clock: FakeClock
  readonly connection: () => Connection
  /** Those that were taken and are not answered. */
  readonly pending: ServerResponse[]
  /** How many were answered. */
  answered: number
}

function setUp(): SetUp {
  const clock = new FakeClock()
  let connection: Connection | undefined
  const take = (request: IncomingMessage, response: ServerResponse): void => {
    connection ??= new Connection(request.socket, clock)
    if (connection.take(request, response, () => state.answered++)) state.pending.push(response)
  }
  const state: SetUp = {
    client: new WiredClient(take),
    clock,
    connection: () => {
      if (connection === undefined) throw new Error('no request yet')
      return connection
    },
    pending: [],
    answered: 0,
  }
  return state
}

async function taken({ pending }: SetUp, count: number): Promise<void> {
  while (pending.length < count) await settled()
}

t.test('a request counts until it is answered', async t => {
  const state = setUp()
  state.client.send(GET)
  await taken(state, 1)
  t.equal(state.connection().isIdle, false)
  state.pending.shift()?.end('ok')
  await state.client.receive(/ok/)
  await settled()
  t.equal(state.connection().isIdle, true)
  t.equal(state.answered, 1)
  t.equal(state.clock.timers, 0)
})

t.test('32 requests may wait for their answers, and no more', async t => {
  const state = setUp()
  for (let round = 0; round < 3; round++) {
    state.client.send(GET.repeat(32))
    await taken(state, 32)
    for (const response of state.pending.splice(0)) response.end('ok')
    while (state.answered < 32 * (round + 1)) await settled()
  }
  t.equal(state.client.closed, false)
  state.client.send(GET.repeat(1000))
  await state.client.close()
  t.equal(state.pending.length, 32, 'the rest is not taken')
  await settled()
  t.equal(state.clock.timers, 0, 'and nothing is left of them')
})

t.test('a request may take 30 s', async t => {
  const state = setUp()
  state.client.send(GET)
  await taken(state, 1)
  state.clock.advance(29_999)
  await settled()
  t.equal(state.client.closed, false)
  state.clock.advance(1)
  await state.client.close()
  t.equal(state.client.received, '')
})

t.test('one that leaves leaves nothing behind', async t => {
  const state = setUp()
  state.client.send(GET + GET)
  await taken(state, 2)
  state.client.leave()
  while (state.clock.timers > 0) await settled()
  t.equal(state.connection().isIdle, true)
})

t.test('a request whose body is not there yet does not count as waiting for us', async t => {
  const state = setUp()
  state.client.send(POST)
  await taken(state, 1)
  t.equal(state.connection().isIdle, true)
  state.pending[0]?.req.resume()
  state.client.send('x')
  while (state.connection().isIdle) await settled()
})

t.test('the last answer', async t => {
  t.test('comes at once when none is owed, and closes', async t => {
    const state = setUp()
    state.client.send(POST)
    await taken(state, 1)
    state.connection().close(problem(408, 'late'))
    state.connection().close(problem(400, 'again'))
    await state.client.close()
    t.match(state.client.received, /^HTTP\/1\.1 408 [^]*Connection: close\r\n\r\n\{[^}]*"late"\}$/)
  })

  t.test('waits for those that are owed before it', async t => {
    const state = setUp()
    state.client.send(GET + GET)
    await taken(state, 2)
    state.connection().close(problem(400, 'no request'))
    state.pending[1]?.end('second')
    await settled()
    t.equal(state.client.received, '')
    state.pending[0]?.end('first')
    await state.client.close()
    t.match(state.client.received, /first[^]*second[^]*400[^]*no request/)
  })

  t.test('is not added to one that closes the connection already', async t => {
    const state = setUp()
    state.client.send(GET)
    await taken(state, 1)
    state.connection().close(problem(400, 'no request'))
    state.pending[0]?.writeHead(200, { Connection: 'close' }).end('bye')
    await state.client.close()
    await settled()
    t.match(state.client.received, /bye\r\n0\r\n\r\n$|bye$/)
  })
})

t.test('a request that is held', async t => {
  t.test('may go on without an end, and keeps the connection from being idle', async t => {
    const state = setUp()
    state.client.send(GET)
    await taken(state, 1)
    const [response] = state.pending
    t.equal(response && state.connection().hold(response.req), true)
    t.equal(state.clock.timers, 0)
    state.clock.advance(3_600_000)
    await settled()
    t.equal(state.client.closed, false)
    t.equal(state.connection().isIdle, false)
  })

  t.test('is not, with something behind it', async t => {
    const ahead = setUp()
    ahead.client.send(GET + GET)
    await taken(ahead, 2)
    const [first] = ahead.pending
    t.equal(first && ahead.connection().hold(first.req), false)
    await ahead.client.close()

    const refused = setUp()
    refused.client.send(GET)
    await taken(refused, 1)
    refused.connection().close(problem(400, 'no request'))
    const [only] = refused.pending
    t.equal(only && refused.connection().hold(only.req), false)
    await refused.client.close()
    t.equal(refused.clock.timers, 0)
  })

  t.test('ends with whatever follows', async t => {
    for (const follow of [
      ({ client }: SetUp): void => client.send(GET),
      ({ connection }: SetUp): void => connection().close(problem(400, 'no request')),
    ]) {
      const state = setUp()
      state.client.send(GET + GET)
      await taken(state, 2)
      const [before, last] = state.pending
      t.equal(last && state.connection().hold(last.req), true, 'what is before it does not matter')
      before?.end('ok')
      await state.client.receive(/ok/)
      follow(state)
      await state.client.close()
      t.equal(state.pending.length, 2)
    }
  })
})
