import { constants } from 'node:os'
import t from 'tap'
import { isLocalTrouble } from '../../../src/core/local-trouble.js'

t.test('a lack of resources or permission here is ours', t => {
  const ours = 'EMFILE ENFILE EADDRNOTAVAIL EADDRINUSE ENOBUFS ENOMEM EACCES EPERM EAGAIN'.split(' ')
  for (const code of ours) {
    t.ok(code in constants.errno, `${code} exists`)
    t.equal(isLocalTrouble(code), true, code)
  }
  t.end()
})

t.test('what the network or the backend says is not', t => {
  const theirs = 'ECONNREFUSED ECONNRESET ETIMEDOUT EHOSTUNREACH ENETUNREACH EPIPE ENOENT ENOTFOUND'.split(
    ' ',
  )
  for (const code of [...theirs, '', 'emfile']) t.equal(isLocalTrouble(code), false, code)
  t.end()
})
