import t from 'tap'
import { readSections } from '../../../../src/import/haproxy/sections.js'
import { Notes } from '../../../../src/import/notes.js'

function read(text: string) {
  const notes = new Notes('f')
  return { sections: readSections(text, notes), notes: notes.lines() }
}

t.test('finds sections, their names and their statements', t => {
  const { sections, notes } = read(
    'global\n setenv A 1\n\ndefaults from base\n# x\nlisten db from base\r\n bind ":$A"\r\n',
  )
  t.match(sections, [
    {
      kind: 'global',
      name: '',
      from: undefined,
      line: 1,
      statements: [{ line: 2, words: ['setenv', 'A', '1'] }],
    },
    { kind: 'defaults', name: '', from: 'base', line: 4, statements: [] },
    { kind: 'listen', name: 'db', from: 'base', line: 6, statements: [{ line: 7, words: ['bind', ':1'] }] },
  ])
  t.same(notes, [])
  t.end()
})

t.test('tells of what it cannot place', t => {
  const { sections, notes } = read(
    'bind :1\nlisten a\n bind "x\n.if defined(A)\n bind :2\n.if 1\n.endif\nlisten b\n.endif\n bind :3\n',
  )
  t.match(sections, [{ name: 'a', statements: [{ line: 10, words: ['bind', ':3'] }] }])
  t.equal(sections.length, 1)
  t.match(notes, [
    'f:1: bind :1: stands before the first section',
    'f:3: bind "x: a " is not closed',
    /^f:4: \.if defined\(A\): left out up to its \.endif/,
    /^f:6: \.if 1/,
  ])
  t.end()
})
