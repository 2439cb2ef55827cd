import t from 'tap'
import { readFields } from '../../../../src/control/admin/change-body.js'

t.test('the fields of a JSON object, whatever they are', t => {
  t.strictSame(readFields(Buffer.from(' {"weight": 3, "x": [null]}\n')), { fields: { weight: 3, x: [null] } })
  t.strictSame(readFields(Buffer.from('{}')), { fields: {} })
  const { fields } = readFields(Buffer.from('{"__proto__": {"weight": 3}}')) as { fields: object }
  t.strictSame([Object.keys(fields), Object.getPrototypeOf(fields)], [['__proto__'], Object.prototype])
  t.end()
})

t.test('anything else is refused in words', t => {
  for (const [body, words] of [
    ['', /no JSON/],
    ['{', /no JSON/],
    ['weight=3', /no JSON/],
    ['\u0000', /no JSON/],
    ['null', /must be a JSON object/],
    ['[{}]', /must be a JSON object/],
    ['"x"', /must be a JSON object/],
    ['3', /must be a JSON object/],
    ['['.repeat(60_000), /no JSON/],
  ] as const) {
    t.match(readFields(Buffer.from(body)), { status: 422, body: words }, body.slice(0, 20))
  }
  t.match(readFields(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])), { status: 422, body: /no UTF-8/ })
  t.end()
})
