import t from 'tap'
import {
  headersOf,
  json,
  lastBytes,
  problem,
  STREAM_HEADERS,
  text,
} from '../../../../src/control/admin/answer.js'

t.test('a problem has the members of RFC 9457', async t => {
  const { status, headers, body } = problem(404, 'nothing here', { services: ['a'] })
  t.equal(status, 404)
  t.match(headers['Content-Type'], /^application\/problem\+json/)
  t.strictSame(JSON.parse(body), {
    type: 'about:blank',
    title: 'Not Found',
    status: 404,
    detail: 'nothing here',
    services: ['a'],
  })
})

t.test('text and JSON say what they are', async t => {
  t.strictSame(text(200, 'ok'), {
    status: 200,
    headers: { 'Content-Type': 'text/plain; charset=utf-8' },
    body: 'ok',
  })
  t.strictSame(json(201, { a: null }), {
    status: 201,
    headers: { 'Content-Type': 'application/json; charset=utf-8' },
    body: '{"a":null}',
  })
})

t.test('an answer on the wire tells its length in bytes and is not to be kept', async t => {
  t.strictSame(headersOf(text(200, '\u00fc'), false), {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': '2',
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  })
  t.match(headersOf(text(200, ''), true), { Connection: 'close' })
})

t.test('a last answer is whole by itself', async t => {
  const [head = '', body = ''] = lastBytes(problem(405, 'no')).split('\r\n\r\n')
  t.match(head, /^HTTP\/1\.1 405 Method Not Allowed\r\nContent-Type: application\/problem\+json/)
  t.match(head, `\r\nContent-Length: ${body.length}\r\n`)
  t.match(head, /\r\nConnection: close$/)
  t.match(JSON.parse(body), { status: 405, detail: 'no' })
})

t.test('an answer without a body tells no length, and one without an end that it is the last', async t => {
  t.notOk('Content-Length' in headersOf({ status: 204, headers: {}, body: '' }, false))
  t.match(STREAM_HEADERS, {
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    Connection: 'close',
  })
})
