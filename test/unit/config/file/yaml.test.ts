import t from 'tap'
import { parseYaml } from '../../../../src/config/file/yaml.js'

const parse = (text: string) => parseYaml(text, problem => new Error(problem))

t.test('reads plain values', t => {
  t.strictSame(parse('a: 1\nb: [x, "2", 0x10, true, ~, 1.5]\nc:\n  - d: on\n1: key\n'), {
    a: 1,
    b: ['x', '2', 16, true, null, 1.5],
    c: [{ d: 'on' }],
    1: 'key',
  })
  t.equal(parse(''), null)
  t.equal(parse('# nothing'), null)
  t.end()
})

t.test('anchors and merges share values', t => {
  t.strictSame(
    parse('a: &a {x: 1, y: 2}\nb: *a\nc: {<<: *a, y: 3}\nd: {<<: [*a, {z: 4}]}\ne: &s text\nf: *s'),
    {
      a: { x: 1, y: 2 },
      b: { x: 1, y: 2 },
      c: { x: 1, y: 3 },
      d: { x: 1, y: 2, z: 4 },
      e: 'text',
      f: 'text',
    },
  )
  t.end()
})

t.test('refuses everything else, and says where it is', t => {
  const cases: [text: string, message: RegExp][] = [
    ['a: [', /^line 1, column \d+: [^\n]+$/],
    ['a: 1\n b: 2', /^line 1, column \d+: [^\n]+$/],
    ['a: "x', /^line 1, column \d+: [^\n]+$/],
    ['a: 1\na: 2', /^a: given twice \(line 2, column 1\)$/],
    ['a:\n  b: {c: 1, c: 2}', /^a\.b\.c: given twice \(line 2, column 13\)$/],
    ['- __proto__: 1', /^\[0\]\.__proto__: not allowed as a key \(line 1, column 3\)$/],
    ['a: {<<: {x: 1}, <<: {y: 1}}', /^a\["<<"\]: given twice/],
    ...['{<<: [1]}', '{<<: x}', '{<<: 5}', '{<<: }', '{<<: *list}', '{<<: [{x: 1}, *list]}'].map(
      (merge): [string, RegExp] => [
        `list: &list [1]\na: ${merge}`,
        /^line 2, column 5: << takes a map, or a list of maps$/,
      ],
    ),
    ['<<: 1', /^line 1, column 1: << takes a map/],
    ['a: &a [*a]', /^line 1, column 8: the alias is inside of what it stands for$/],
    ['a: &a {b: {c: *a}}', /^line 1, column 15: the alias is inside/],
    ['a: *b', /^line 1, column 4: .*anchor/i],
    ['a: &a 1\nb: &a 2\nc: *a', /^line 2, column \d+: the anchor a is given twice$/],
    ['a: !!js/function "x"', /^line 1, column 4: Unresolved tag/],
    ['a: !!binary aGk=', /^line 1, column 4: Unresolved tag/],
    ['a: !mine 1', /^line 1, column 4: Unresolved tag/],
    ['%YAML 1.3\n---\na: 1', /^line 1, column \d+: Unsupported YAML version/],
    ['a: 1\n---\nb: 2', /^line 2, column 1: a second document$/],
    ['{a: 1}: 2', /^line 1, column 1: With stringKeys/],
    ['['.repeat(1000), /^nested deeper/],
    [`a: &a [${'x,'.repeat(5000)}]\nb: [*a,*a,*a,*a]`, /^more than 20000 values, those of aliases/],
  ]
  for (const [text, message] of cases) t.throws(() => parse(text), { message }, text.slice(0, 60))
  t.end()
})
