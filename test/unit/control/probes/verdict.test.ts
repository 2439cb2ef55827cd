import t from 'tap'
import { verdictOf } from '../../../../src/control/probes/verdict.js'

function systemError(code: string, more: object = {}): Error {
  return Object.assign(new Error(code), { code, ...more })
}

t.test('what the backend did is told in words, with the code', t => {
  t.same(verdictOf(systemError('ECONNREFUSED')), {
    kind: 'fail',
    cause: 'dead',
    reason: 'connection refused (ECONNREFUSED)',
  })
  t.match(verdictOf(systemError('HPE_INVALID_VERSION')), {
    kind: 'fail',
    reason: 'malformed HTTP answer (HPE_INVALID_VERSION)',
  })
  t.match(verdictOf(systemError('ESTRANGE')), { kind: 'fail', reason: 'ESTRANGE' })
  t.match(verdictOf(new Error('no code')), { kind: 'fail', reason: 'no code' })
  t.end()
})

t.test('what we lack is not the fault of the backend', t => {
  for (const code of ['EMFILE', 'ENFILE', 'EADDRNOTAVAIL', 'ENOBUFS', 'ENOMEM', 'EACCES']) {
    const verdict = verdictOf(systemError(code))
    t.equal(verdict.kind, 'local', code)
    t.match(verdict.reason, new RegExp(`^\\w.* \\(${code}\\)$`))
  }
  t.end()
})

t.test('EAGAIN is a full backlog when a unix socket is connected to, else it is ours', t => {
  t.match(verdictOf(systemError('EAGAIN', { syscall: 'connect', address: '/run/db.sock' })), {
    kind: 'fail',
    reason: 'backlog full (EAGAIN)',
  })
  t.equal(verdictOf(systemError('EAGAIN', { syscall: 'connect', address: '::1', port: 5 })).kind, 'local')
  t.equal(verdictOf(systemError('EAGAIN', { syscall: 'spawn /bin/sh' })).kind, 'local')
  t.end()
})
