import type { ServerResponse } from 'node:http'
import t from 'tap'
import { Streams } from '../../../../src/control/admin/streams.js'
import { FakeClock, settled } from '../../../fixtures/fake-clock.js'
import { FakeResponse } from '../../../fixtures/fake-response.js'

const feed = () => ({ next: () => undefined, close: () => undefined })

function open(streams: Streams): FakeResponse {
  const response = new FakeResponse()
  streams.open(response as unknown as ServerResponse, feed)
  return response
}

t.test('there is room until there is none, and again when one leaves', async t => {
  const streams = new Streams(2, new FakeClock())
  const first = open(streams)
  t.equal(streams.hasRoom, true)
  open(streams)
  t.equal(streams.hasRoom, false)
  first.req.socket.destroy()
  await settled()
  t.equal(streams.hasRoom, true)
})

t.test('a stop ends all and leaves no room', async t => {
  const clock = new FakeClock()
  const streams = new Streams(16, clock)
  const responses = [open(streams), open(streams)]
  streams.stop()
  t.strictSame(
    responses.map(({ ended }) => ended),
    [true, true],
  )
  t.strictSame([streams.hasRoom, clock.timers], [false, 0])
})
