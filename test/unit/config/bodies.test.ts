import t from 'tap'
import { parseBackendChange, parseNewBackend } from '../../../src/config/bodies.js'

t.test('reads the bodies of the admin API', async t => {
  t.match(await parseNewBackend({ address: 'a:1', weight: 2 }), { name: 'a:1', weight: 2 })
  t.same(await parseBackendChange({ weight: 3 }), { weight: 3 })
  await t.rejects(parseNewBackend({ address: 'a' }), { name: 'ConfigError', path: 'address' })
  await t.rejects(parseBackendChange({}), { name: 'ConfigError', path: 'body' })
})
