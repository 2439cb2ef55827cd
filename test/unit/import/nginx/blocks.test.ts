import t from 'tap'
import { readBlocks } from '../../../../src/import/nginx/blocks.js'
import { Notes } from '../../../../src/import/notes.js'

const read = (text: string) => readBlocks(text, new Notes('f'))

t.test('directives, with what their braces hold', t => {
  t.same(read('a b;\nc d {\n e;\n f {}\n}\n'), [
    { line: 1, name: 'a', args: ['b'], block: undefined },
    {
      line: 2,
      name: 'c',
      args: ['d'],
      block: [
        { line: 3, name: 'e', args: [], block: undefined },
        { line: 4, name: 'f', args: [], block: [] },
      ],
    },
  ])
  t.end()
})

t.test('says where it does not fit', t => {
  for (const [text, message] of [
    ['a;\n}', 'f:2: a } too many'],
    ['a {\nb {}\n', 'f:1: a { is not closed'],
    ['a {\nb\n}', 'f:2: there is no ; after b'],
    ['a b', 'f:1: there is no ; after a'],
    [';', 'f:1: nothing stands before ;'],
    ['{', 'f:1: nothing stands before {'],
    ['a {'.repeat(101), 'f:1: blocks are nested more than 100 deep'],
  ] as const) {
    t.throws(() => read(text), { message, exitCode: 2 }, text)
  }
  t.end()
})
