import t from 'tap'
import { formatEndpoint, formatHostPort } from '../../../src/core/backend.js'

t.test('writes endpoints as people do', t => {
  t.equal(formatEndpoint({ kind: 'inet', family: 4, host: '10.0.0.11', port: 5432 }), '10.0.0.11:5432')
  t.equal(formatEndpoint({ kind: 'inet', family: 6, host: '::1', port: 53 }), '[::1]:53')
  t.equal(formatEndpoint({ kind: 'unix', path: '/run/db.sock' }), 'unix:/run/db.sock')
  t.equal(formatHostPort('db.example', 0), 'db.example:0')
  t.end()
})
