import t from 'tap'
import { codeOf, refusal, unreachable, type AdminError } from '../../../src/admin-client/admin-error.js'

const address = { kind: 'inet', host: '127.0.0.1', port: 7070 } as const
const PROBLEM = 'application/problem+json; charset=utf-8'

t.test('who does not answer is named with the code of the system', t => {
  const cases: [code: string, hint: string][] = [
    ['ECONNREFUSED', 'is evenkeel running there?'],
    ['EACCES', 'you may not open it'],
    ['ETIMEDOUT', 'no answer in time'],
    ['HPE_INVALID_CONSTANT', 'what listens there is no admin server of evenkeel'],
  ]
  for (const [code, hint] of cases) {
    t.match(unreachable(address, code), {
      kind: 'unreachable',
      exitCode: 1,
      code,
      message: `--admin 127.0.0.1:7070: ${code} (${hint})`,
    })
  }
  t.end()
})

t.test('a refusal is told in the words of the server', t => {
  const problem = (fields: object, status = 409): AdminError =>
    refusal(address, status, PROBLEM, JSON.stringify({ type: 'about:blank', title: 'No', ...fields }))
  t.match(problem({ detail: 'db1 is taken' }), { kind: 'refused', exitCode: 1, message: 'db1 is taken' })
  t.match(problem({ detail: 'not a weight', path: 'weight' }, 422), { exitCode: 2, message: 'not a weight' })
  t.match(problem({ detail: 'too much', path: 'weight' }, 422), { exitCode: 2, message: 'weight: too much' })
  t.match(problem({ path: '' }), { message: 'No' }, 'the title does where there is no more')
  t.end()
})

t.test('an answer that is no problem document is doubted', t => {
  const doubt = '--admin 127.0.0.1:7070: answered with 404 (is it the admin server of evenkeel?)'
  for (const [contentType, body] of [
    ['text/html', '<h1>404</h1>'],
    [PROBLEM, 'not JSON'],
    [PROBLEM, '{"title":""}'],
  ] as const) {
    t.match(refusal(address, 404, contentType, body), { kind: 'refused', exitCode: 1, message: doubt })
  }
  t.end()
})

t.test('an error without a code of the system is EIO', t => {
  t.equal(codeOf(Object.assign(new Error('x'), { code: 'EPIPE' })), 'EPIPE')
  for (const odd of [new Error('x'), 'x', undefined]) t.equal(codeOf(odd), 'EIO')
  t.end()
})
