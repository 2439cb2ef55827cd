import t from 'tap'
import { ChangeRefused } from '../../../../src/control/admin/source.js'

t.test('a refusal says what it is about', t => {
  const refused = new ChangeRefused('invalid', 'not a number', 'weight')
  t.match(refused, { name: 'ChangeRefused', kind: 'invalid', message: 'not a number', path: 'weight' })
  t.equal(new ChangeRefused('conflict', 'in use').path, undefined)
  t.end()
})
