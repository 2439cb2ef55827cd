import t from 'tap'
import { parseFlags } from '../../../src/config/flags.js'
import { formatPath, pathAt, pathOfListener } from '../../../src/config/paths.js'

t.test('paths look as in a program', t => {
  t.equal(formatPath([]), '')
  t.equal(formatPath(['services', 'my-db', 'backends', 1, 'weight']), 'services.my-db.backends[1].weight')
  t.equal(formatPath(['services', 'a.b']), 'services["a.b"]')
  t.equal(formatPath(['a b', 'x"y']), '["a b"]["x\\"y"]')
  t.equal(formatPath(['']), '[""]')
  t.end()
})

t.test('a listener is found by its URL', t => {
  const { services } = parseFlags({ listen: [':80', 'udp://:80'], backend: ['a:1'] })
  t.equal(pathOfListener(services, 'udp://:80'), '--listen')
  t.equal(pathOfListener(services, ':81'), '')
  const paths = { listeners: ['a', 'b'], maxConnections: '', maxUdpSessions: '', sendSource: '' }
  t.equal(pathAt(paths, 1), 'b')
  t.equal(pathAt(paths, 2), '')
  t.end()
})
