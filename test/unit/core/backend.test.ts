import t from 'tap'
import { formatEndpoint, formatHostPort, isSameEndpoint } from '../../../src/core/backend.js'

t.test('writes endpoints as people do', t => {
  t.equal(formatEndpoint({ kind: 'inet', family: 4, host: '10.0.0.11', port: 5432 }), '10.0.0.11:5432')
  t.equal(formatEndpoint({ kind: 'inet', family: 6, host: '::1', port: 53 }), '[::1]:53')
  t.equal(formatEndpoint({ kind: 'unix', path: '/run/db.sock' }), 'unix:/run/db.sock')
  t.equal(formatHostPort('db.example', 0), 'db.example:0')
  t.end()
})

t.test('knows the same place again', t => {
  const here = { kind: 'inet', family: 4, host: '10.0.0.11', port: 5432 } as const
  const socket = { kind: 'unix', path: '/run/db.sock' } as const
  t.equal(isSameEndpoint(here, { ...here }), true)
  t.equal(isSameEndpoint(here, { ...here, port: 1 }), false)
  t.equal(isSameEndpoint(here, { ...here, host: '10.0.0.12' }), false)
  t.equal(isSameEndpoint(socket, { ...socket }), true)
  t.equal(isSameEndpoint(socket, { ...socket, path: '/run/other.sock' }), false)
  t.equal(isSameEndpoint(socket, here), false)
  t.equal(isSameEndpoint(here, socket), false)
  t.end()
})
