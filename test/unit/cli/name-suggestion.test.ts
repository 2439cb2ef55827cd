import t from 'tap'
import { enumerate, nearest, suggest } from '../../../src/cli/name-suggestion.js'

t.test('suggests what is near, and names what there is', t => {
  t.equal(suggest('dbx', ['db1', 'web']), ' (did you mean db1? there are db1 and web)')
  t.equal(suggest('cache', ['db1']), ' (there is db1)')
  t.equal(suggest('db1', []), ' (there is none)')
  const many = Array.from({ length: 20 }, (_, index) => `backend-${index}`)
  t.match(suggest('x', many), /^ \(there are backend-0, .*, backend-7 and 12 more\)$/)
  t.end()
})

t.test('few changes are near', t => {
  t.equal(nearest('drian', ['ready', 'drain', 'remove']), 'drain')
  t.equal(nearest('DB1', ['db2', 'db1']), 'db1')
  t.equal(nearest('postgre', ['redis', 'postgres']), 'postgres')
  t.equal(nearest('something', ['else']), undefined)
  t.end()
})

t.test('enumerates', t => {
  t.same([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(enumerate), ['', 'a', 'a and b', 'a, b and c'])
  t.end()
})
