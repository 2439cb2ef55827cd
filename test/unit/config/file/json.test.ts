import t from 'tap'
import { parseJson } from '../../../../src/config/file/json.js'

const parse = (text: string) => parseJson(text, problem => new Error(problem))

t.test('reads what JSON.parse reads', t => {
  const texts = [
    '{}',
    ' [ ] ',
    'null',
    'true',
    '-1.5e3',
    '"a\\u00e9\\n\\"b"',
    '{"a": [1, {"b": null}, "x,]}"], "": false}',
    '\r\n{\t"a"\n:\n1}\n',
    '[[[]],{},"\\\\"]',
  ]
  for (const text of texts) t.strictSame(parse(text), JSON.parse(text), text)
  t.end()
})

t.test('says where it stopped', t => {
  const cases: [text: string, message: string][] = [
    ['', 'line 1, column 1: the end is missing'],
    ['{"a": 1,}', 'line 1, column 9: } is not JSON here'],
    ['[1,]', 'line 1, column 4: ] is not JSON here'],
    ['[1 2]', 'line 1, column 4: 2 is not JSON here'],
    ['{"a" 1}', 'line 1, column 6: 1 is not JSON here'],
    ['{"a": 1\n "b": 2}', 'line 2, column 2: "b" is not JSON here'],
    ['{a: 1}', 'line 1, column 2: a is not JSON here'],
    ["{'a': 1}", "line 1, column 2: 'a' is not JSON here"],
    ['[1', 'line 1, column 3: the end is missing'],
    ['{"a": [', 'line 1, column 8: the end is missing'],
    ['{} {}', 'line 1, column 4: { is not JSON here'],
    ['[NaN]', 'line 1, column 2: NaN is not JSON here'],
    ['[01]', 'line 1, column 2: 01 is not JSON here'],
    ['["\t"]', 'line 1, column 2: "\t" is not JSON here'],
    ['["\\q"]', 'line 1, column 2: "\\q" is not JSON here'],
    ['["abc', 'line 1, column 2: "abc is not JSON here'],
    ['// no', 'line 1, column 1: // is not JSON here'],
    ['\u00a01', 'line 1, column 1: \u00a0 is not JSON here'],
    ['x'.repeat(500), `line 1, column 1: ${'x'.repeat(40)} is not JSON here`],
  ]
  for (const [text, message] of cases) t.throws(() => parse(text), { message }, text.slice(0, 40))
  t.end()
})

t.test('refuses keys that are there already or mean something else', t => {
  t.throws(() => parse('{"a": {"b": 1,\n"b": 2}}'), {
    path: 'a.b',
    message: 'a.b: given twice (line 2, column 1)',
  })
  t.throws(() => parse('{"b": 1, "\\u0062": 2}'), { message: /^b: given twice/ })
  t.throws(() => parse('[{"__proto__": 1}]'), {
    message: '[0].__proto__: not allowed as a key (line 1, column 3)',
  })
  t.end()
})

t.test('refuses what would be too much', t => {
  t.doesNotThrow(() => parse('['.repeat(33) + ']'.repeat(33)))
  t.throws(() => parse('['.repeat(34) + ']'.repeat(34)), {
    message: /column 34: nested deeper than 32 levels$/,
  })
  t.throws(() => parse(`[${'1,'.repeat(20_000)}1]`), { message: /: more than 20000 values/ })
  t.end()
})
