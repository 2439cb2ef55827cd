import t from 'tap'
import { json, problem, text } from '../../../../src/control/admin/answer.js'

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
