import t from 'tap'
import { ConfigError, quote, within } from '../../../src/config/config-error.js'

t.test('names the path, the value and the problem in one line', t => {
  const error = new ConfigError('--probe-interval', '5x', 'not a duration')
  t.equal(error.message, '--probe-interval "5x": not a duration')
  t.match(error, { name: 'ConfigError', path: '--probe-interval', value: '5x', exitCode: 2 })
  t.end()
})

t.test('has no quotes for a value that is missing', t => {
  t.equal(
    new ConfigError('--listen', undefined, 'at least one is needed').message,
    '--listen: at least one is needed',
  )
  t.end()
})

t.test('keeps a value on one line, printable and short', t => {
  t.equal(quote('a\nb\r\t"\u001b[31m'), '"a\\nb\\r\\t\\"\\u001b[31m"')
  t.equal(quote('\u007f\u0085\u2028\u2029'), '"\\u007f\\u0085\\u2028\\u2029"')
  t.equal(quote('x'.repeat(200)), `"${'x'.repeat(200)}"`)
  t.equal(quote('x'.repeat(201)), `"${'x'.repeat(200)}…"`)
  t.end()
})

t.test('tells an error of a part as an error of the whole', t => {
  const failing = (error: Error) => () =>
    within('--backend', 'a:1,weight=0', () => {
      throw error
    })
  t.throws(failing(new ConfigError('weight', '0', 'too small')), {
    path: '--backend',
    value: 'a:1,weight=0',
    message: '--backend "a:1,weight=0": weight "0": too small',
  })
  t.throws(failing(new ConfigError('--backend', 'a', 'told already')), {
    message: '--backend "a": told already',
  })
  t.throws(failing(new TypeError('a bug')), { name: 'TypeError', message: 'a bug' })
  t.equal(
    within('--backend', 'a:1', () => 7),
    7,
  )
  t.end()
})
