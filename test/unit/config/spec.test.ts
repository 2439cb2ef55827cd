import t from 'tap'
import { readFields, splitSpec } from '../../../src/config/spec.js'

t.test('splits at commas that are not escaped', t => {
  const cases: [string, string[]][] = [
    ['', ['']],
    ['a', ['a']],
    ['a,b=c', ['a', 'b=c']],
    ['a,', ['a', '']],
    ['a\\,b,c', ['a,b', 'c']],
    ['a\\r\\n,b', ['a\\r\\n', 'b']],
    ['a\\\\,b', ['a\\\\', 'b']],
    ['a\\', ['a\\']],
  ]
  for (const [text, parts] of cases) t.same(splitSpec(text), parts, text)
  t.end()
})

const keys = { valued: ['port', 'send'], bare: ['backup'] }

t.test('reads fields by key', t => {
  const fields = readFields('--x', '', ['send=a=b', 'backup', 'port=1'], keys)
  t.same(
    [...fields],
    [
      ['send', 'a=b'],
      ['backup', ''],
      ['port', '1'],
    ],
  )
  t.equal(readFields('--x', '', [], keys).size, 0)
  t.end()
})

t.test('refuses fields that are unknown, doubled, empty or of the wrong form', t => {
  const cases: [string[], RegExp][] = [
    [['port=1', 'port=1'], /: port is given twice$/],
    [['backup', 'backup'], /: backup is given twice$/],
    [['wieght=1'], /: unknown key "wieght" \(known: port, send, backup\)$/],
    [['__proto__=1'], /: unknown key "__proto__"/],
    [['port'], /: port needs a value \(port=…\)$/],
    [['port='], /: port needs a value \(port=…\)$/],
    [['backup=true'], /: backup takes no value$/],
    [['backup='], /: backup takes no value$/],
    [[''], /: an empty part \(a comma too many\?\)$/],
    [['=1'], /: an empty part/],
  ]
  for (const [parts, message] of cases) {
    t.throws(
      () => readFields('--x', 'whole', parts, keys),
      { path: '--x', value: 'whole', message },
      String(parts),
    )
  }
  t.throws(() => readFields('--x', 'none,a=1', ['a=1'], { valued: [], bare: [] }), {
    message: /: unknown key "a" \(it takes none\)$/,
  })
  t.end()
})
