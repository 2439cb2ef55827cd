import t from 'tap'
import { unauthorized } from '../../../../src/control/admin/authority.js'

const SECRET = { kind: 'secret', secret: '0123456789abcdef' } as const

t.test('the secret is right, however the scheme is spelled', t => {
  for (const header of ['Bearer 0123456789abcdef', 'bearer  0123456789abcdef ', 'BEARER 0123456789abcdef']) {
    t.equal(unauthorized(header, SECRET), undefined, header)
  }
  t.end()
})

t.test('anything else is told to bring it', t => {
  for (const header of [
    undefined,
    '',
    'Bearer',
    'Bearer ',
    'Bearer 0123456789abcde',
    'Bearer 0123456789abcdef0',
    'Bearer 0123456789ABCDEF',
    'Bearer 0123456789abcdef x',
    'Basic 0123456789abcdef',
    '0123456789abcdef',
  ]) {
    const refused = unauthorized(header, SECRET)
    t.match(refused, { status: 401, headers: { 'WWW-Authenticate': 'Bearer' } }, String(header))
    t.notMatch(refused?.body, '0123456789abcdef', 'and the secret is not told')
  }
  t.match(unauthorized('Bearer wrong', SECRET)?.body, /the token is wrong/)
  t.match(unauthorized(undefined, SECRET)?.body, /Authorization: Bearer TOKEN/)
  t.end()
})

t.test('where there is no secret nobody is right', t => {
  const nobody = { kind: 'nobody', reason: 'name a file' } as const
  for (const header of [undefined, 'Bearer ', 'Bearer undefined', 'Bearer 0123456789abcdef']) {
    t.match(unauthorized(header, nobody), { status: 403, body: /changes are not possible: name a file/ })
  }
  t.end()
})
