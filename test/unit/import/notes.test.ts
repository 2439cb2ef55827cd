import t from 'tap'
import { Notes } from '../../../src/import/notes.js'

t.test('tells by line, and what has no line first', t => {
  const notes = new Notes('haproxy.cfg')
  notes.add(12, 'option tcplog', 'logs go elsewhere')
  notes.add(3, 'log global', 'logs go elsewhere')
  notes.add(undefined, 'all', 'odd')
  t.same(notes.lines(), [
    'haproxy.cfg: all: odd',
    'haproxy.cfg:3: log global: logs go elsewhere',
    'haproxy.cfg:12: option tcplog: logs go elsewhere',
  ])
  t.end()
})

t.test('says a thing of a line once', t => {
  const notes = new Notes('f')
  for (const line of [1, 1, 2]) notes.add(line, 'a', 'b')
  t.same(notes.lines(), ['f:1: a: b', 'f:2: a: b'])
  t.end()
})

t.test('shows a subject on one line, as it is typed and not too long', t => {
  const notes = new Notes('f')
  notes.add(1, 'a "b" \\n \u001b[31m\n', 'c')
  notes.add(2, 'x'.repeat(500), 'c')
  t.same(notes.lines(), ['f:1: a "b" \\n \\u001b[31m\\n: c', `f:2: ${'x'.repeat(80)}…: c`])
  t.end()
})

t.test('shows a thousand and counts the rest', t => {
  const notes = new Notes('f')
  for (let line = 1; line <= 1003; line++) notes.add(line, 'a', 'b')
  t.equal(notes.lines().length, 1001)
  t.equal(notes.lines().at(-1), 'f: and 3 notes more')
  t.end()
})

t.test('makes the error of a file that cannot be read', t => {
  t.match(new Notes('f').unreadable(7, 'a } too many'), { message: 'f:7: a } too many', exitCode: 2 })
  t.match(new Notes('f').unreadable(undefined, 'empty'), { message: 'f: empty' })
  t.end()
})

t.test('counts what was made, up to what a file can mean', t => {
  const notes = new Notes('f')
  notes.made('listeners', 10_000, 1)
  notes.made('servers', 10_000, 1)
  t.throws(() => notes.made('servers', 1, 7), { message: 'f:7: more than 10000 servers', exitCode: 2 })
  t.end()
})

t.test('is one line whatever it is made of', t => {
  const notes = new Notes('f\n')
  notes.add(1, 'a', 'b\u2028c')
  t.same(notes.lines(), ['f?:1: a: b\\u2028c'])
  t.match(notes.unreadable(1, 'b\nc'), { message: 'f?:1: b\\nc' })
  t.end()
})
