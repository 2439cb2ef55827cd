import t from 'tap'
import { EventStreamParser, type StreamMessage } from '../../../src/admin-client/event-stream.js'

const STREAM = [
  ': hello\n\n',
  'id: 7\nevent: ready\ndata: {"a":1}\n\n',
  'data:one\r\ndata: two\r\nretry: 5\r\n\r\n',
  'event: nothing\n\n',
  'data\n\n',
].join('')

const MESSAGES = [
  { event: 'ready', data: '{"a":1}' },
  { event: 'message', data: 'one\ntwo' },
  { event: 'message', data: '' },
]

t.test('puts messages together, wherever the chunks are cut', t => {
  for (const size of [1, 2, 3, 7, 1000]) {
    const parser = new EventStreamParser()
    const messages: StreamMessage[] = []
    for (let at = 0; at < STREAM.length; at += size)
      messages.push(...parser.push(STREAM.slice(at, at + size)))
    t.same(messages, MESSAGES, `${size} at a time`)
    t.equal(parser.pending, 0)
  }
  t.end()
})

t.test('knows how much waits for its end', t => {
  const parser = new EventStreamParser()
  t.same(parser.push('data: 1234\ndata: 56'), [])
  t.equal(parser.pending, '1234'.length + 'data: 56'.length)
  t.same(parser.push('7\n\n'), [{ event: 'message', data: '1234\n567' }])
  t.end()
})
