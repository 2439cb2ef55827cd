import t from 'tap'
import { backendName, serviceName } from '../../../src/import/names.js'

t.test('keeps a valid name, and makes one of what is not', t => {
  const none = new Set<string>()
  t.equal(serviceName('redis_in.eu-1', none), 'redis_in.eu-1')
  t.equal(serviceName('a:b c/d', none), 'a-b-c-d')
  for (const name of ['', '.', '..', '__proto__']) t.equal(serviceName(name, none), 'service', name)
  t.equal(serviceName('x'.repeat(100), none).length, 63)
  t.equal(backendName('10.0.0.1:80', none), '10.0.0.1:80')
  t.equal(backendName(`a b"c'd,e\\f`, none), 'a-b-c-d-e-f')
  for (const name of ['', '.', '..']) t.equal(backendName(name, none), 'backend', name)
  t.end()
})

t.test('numbers what is taken, within the longest name', t => {
  t.equal(serviceName('a', new Set(['a', 'a-2'])), 'a-3')
  const long = 'x'.repeat(63)
  t.equal(serviceName(long, new Set([long])), `${'x'.repeat(61)}-2`)
  t.equal(backendName('a', new Set(['a'])), 'a-2')
  t.end()
})
