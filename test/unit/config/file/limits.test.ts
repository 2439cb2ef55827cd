import t from 'tap'
import { addKey, formatPosition } from '../../../../src/config/file/limits.js'

const position = () => ({ line: 3, column: 7 })

t.test('says where something is', t => {
  t.equal(formatPosition(position()), 'line 3, column 7')
  t.end()
})

t.test('takes a key once, and none that means something else on every object', t => {
  const seen = new Set<string>()
  addKey(seen, 'a', [], position)
  addKey(seen, 'b', [], position)
  t.same([...seen], ['a', 'b'])
  t.throws(() => addKey(seen, 'a', ['services', 0], position), {
    name: 'ConfigError',
    message: 'services[0].a: given twice (line 3, column 7)',
  })
  for (const key of ['__proto__', 'constructor', 'prototype']) {
    t.throws(() => addKey(seen, key, ['x'], position), {
      message: `x.${key}: not allowed as a key (line 3, column 7)`,
    })
  }
  t.end()
})
