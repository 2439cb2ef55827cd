import t from 'tap'
import { ChangeRefused } from '../../../../src/control/admin/source.js'

t.test('a refusal says why, and where the wrong value is', t => {
  const refused = new ChangeRefused('invalid', 'must be 1 to 256', 'weight')
  t.ok(refused instanceof Error)
  t.match(refused, { name: 'ChangeRefused', kind: 'invalid', message: 'must be 1 to 256', path: 'weight' })
  t.equal(new ChangeRefused('unknown', 'no such service').path, undefined)
  t.end()
})
