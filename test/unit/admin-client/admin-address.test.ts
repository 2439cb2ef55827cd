import t from 'tap'
import { destination, formatAdminAddress } from '../../../src/admin-client/admin-address.js'

t.test('a server that listens everywhere is asked on loopback', t => {
  for (const host of ['*', '0.0.0.0', '::']) {
    t.same(destination({ kind: 'inet', host, port: 7070 }), { host: '127.0.0.1', port: 7070 })
  }
  t.same(destination({ kind: 'inet', host: '::1', port: 1 }), { host: '::1', port: 1 })
  t.same(destination({ kind: 'unix', path: '/run/a.sock' }), { socketPath: '/run/a.sock' })
  t.end()
})

t.test('an address is shown as it is written', t => {
  t.equal(formatAdminAddress({ kind: 'inet', host: '::1', port: 70 }), '[::1]:70')
  t.equal(formatAdminAddress({ kind: 'inet', host: 'lb', port: 70 }), 'lb:70')
  t.equal(formatAdminAddress({ kind: 'unix', path: '/run/a.sock' }), 'unix:/run/a.sock')
  t.end()
})
