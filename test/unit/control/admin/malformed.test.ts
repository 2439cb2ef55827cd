import t from 'tap'
import { malformed } from '../../../../src/control/admin/malformed.js'

t.test('is answered by what was wrong', async t => {
  for (const [code, status] of [
    ['HPE_INVALID_METHOD', 400],
    ['HPE_HEADER_OVERFLOW', 431],
    ['ERR_HTTP_REQUEST_TIMEOUT', 408],
    [undefined, 400],
  ] as const) {
    const answer = malformed(Object.assign(new Error('malformed'), code && { code }))
    t.equal(answer.status, status)
    t.match(answer.headers['Content-Type'], /^application\/problem\+json/)
    t.match(JSON.parse(answer.body), { status, detail: /./ })
  }
})
