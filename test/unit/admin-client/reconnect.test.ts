import t from 'tap'
import { AdminError } from '../../../src/admin-client/admin-error.js'
import { reconnecting, type Followed } from '../../../src/admin-client/reconnect.js'
import { FakeClock, settled } from '../../fixtures/fake-clock.js'

const lost = new AdminError('unreachable', 'gone', 1, 'ECONNRESET')

async function* stream(messages: readonly string[], error?: Error): AsyncGenerator<string, void, void> {
  await Promise.resolve()
  yield* messages
  if (error !== undefined) throw error
}

t.test('opens a stream again, a pause after it was lost', async t => {
  const clock = new FakeClock()
  const stop = new AbortController()
  const streams = [stream(['a', 'b'], lost), stream(['c'])]
  let opened = 0
  const open = () => streams[opened++] ?? stream([])
  const got: Followed<string>[] = []
  const all = (async () => {
    for await (const one of reconnecting(open, { clock, signal: stop.signal, pause: 1000 })) got.push(one)
  })()
  await settled()
  t.match(got, [{ message: 'a' }, { message: 'b' }, { kind: 'lost', error: { code: 'ECONNRESET' } }])
  await clock.pass(999)
  t.equal(opened, 1)
  await clock.pass(1)
  t.match(got.slice(3), [{ message: 'c' }, { kind: 'lost', error: { message: 'the stream ended' } }])
  stop.abort()
  await all
  t.equal(opened, 2)
  t.equal(clock.timers, 0)
})

t.test('an aborted signal ends it without a word of what is lost', async t => {
  const stop = new AbortController()
  const open = async function* (): AsyncGenerator<string, void, void> {
    yield 'a'
    stop.abort()
    throw lost
  }
  const got: Followed<string>[] = []
  const options = { clock: new FakeClock(), signal: stop.signal, pause: 1 }
  for await (const one of reconnecting(open, options)) got.push(one)
  t.same(got, [{ kind: 'message', message: 'a' }])
})

t.test('a refusal and a bug are thrown', async t => {
  const options = { clock: new FakeClock(), signal: new AbortController().signal, pause: 1 }
  for (const error of [new AdminError('refused', 'no'), new TypeError('a bug')]) {
    await t.rejects(reconnecting(() => stream([], error), options).next(), error)
  }
})
