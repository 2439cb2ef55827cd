import t from 'tap'
import { readTokens } from '../../../../src/import/nginx/tokens.js'
import { Notes } from '../../../../src/import/notes.js'

function tokens(text: string): string[] {
  return Array.from(readTokens(text, new Notes('f')), token =>
    token.kind === 'word' ? token.text : token.kind,
  )
}

t.test('splits as nginx does', t => {
  const cases: [text: string, tokens: string[]][] = [
    ['', []],
    ['listen 80;', ['listen', '80', ';']],
    ['a{b c;}', ['a', '{', 'b', 'c', ';', '}']],
    ['# x { \na # y ;\n;', ['a', ';']],
    ['a "b c;" \'d{\' e#f;', ['a', 'b c;', 'd{', 'e#f', ';']],
    ['a "q\\"r\\n" \'s\\\'t\' \\d;', ['a', 'q"r\n', "s't", 'd', ';']],
    ['map $a ${b}c $;', ['map', '$a', '${b}c', '$', ';']],
    ['return "x\\y";', ['return', 'x\\y', ';']],
  ]
  for (const [text, wanted] of cases) t.same(tokens(text), wanted, text)
  t.end()
})

t.test('knows the lines, also within quotes', t => {
  const lines = Array.from(readTokens('a\n"b\nc"\nd;', new Notes('f')), ({ line }) => line)
  t.same(lines, [1, 2, 4, 4])
  t.end()
})

t.test('a quote that is not closed is an error', t => {
  t.throws(() => tokens('a\n "b'), { message: 'f:2: a " is not closed' })
  t.throws(() => tokens("'"), { message: "f:1: a ' is not closed" })
  t.end()
})
