import t from 'tap'
import { yamlExcess } from '../../../../src/config/file/yaml-limits.js'

t.test('lets usual texts through', t => {
  const texts = [
    '',
    'a: [1, {b: [2]}]\nc:\n  - d: e\n    f: g\n',
    'a: "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["',
    'a: |\n  [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\n',
    Array.from({ length: 1000 }, (_, index) => `k${index}:\n  a: 1\n  b: [1, 2]`).join('\n'),
    `a: &a 1\nb: [${'*a, '.repeat(1000)}]`,
  ]
  for (const text of texts) t.equal(yamlExcess(text), undefined, text.slice(0, 40))
  t.end()
})

t.test('names what is too much', t => {
  const deep = 'nested deeper than 32 levels'
  const cases: [text: string, excess: string][] = [
    ['['.repeat(100_000), deep],
    ['{a: '.repeat(100_000), deep],
    [`${'}'.repeat(100_000)}${'['.repeat(100_000)}`, deep],
    ['- '.repeat(100_000), deep],
    ['? '.repeat(100_000), deep],
    [Array.from({ length: 100 }, (_, index) => `${' '.repeat(index)}a:`).join('\n'), deep],
    [`a: &a 1\nb: [${'*a, '.repeat(1001)}]`, 'more than 1000 aliases'],
    ['- a\n'.repeat(200_000), 'more than 120000 tokens'],
  ]
  for (const [text, excess] of cases) t.equal(yamlExcess(text), excess, text.slice(0, 40))
  t.end()
})
