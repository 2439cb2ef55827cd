import t from 'tap'
import { withPort } from '../../../../src/control/probes/dial.js'
import type { Endpoint } from '../../../../src/core/backend.js'

t.test('the port of the probe replaces that of the backend, and a unix socket has none', t => {
  const inet: Endpoint = { kind: 'inet', family: 4, host: '10.0.0.11', port: 5432 }
  const unix: Endpoint = { kind: 'unix', path: '/run/db.sock' }
  t.same(withPort(inet, 8008), { ...inet, port: 8008 })
  t.equal(withPort(inet, undefined), inet)
  t.equal(withPort(unix, 8008), unix)
  t.end()
})
