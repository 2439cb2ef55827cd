import t from 'tap'
import { splitLine } from '../../../../src/import/haproxy/words.js'

const VARIABLES = new Map([['HOST', '10.0.0.1']])

t.test('splits as HAProxy does', t => {
  const cases: [line: string, words: string[]][] = [
    ['', []],
    ['   # nothing', []],
    ['\tserver  a 10.0.0.1:80 # first', ['server', 'a', '10.0.0.1:80']],
    ['log-format "%ci #1"', ['log-format', '%ci #1']],
    [`a 'b "c" \\n $HOST'`, ['a', 'b "c" \\n $HOST']],
    ['a\\ b \\#c', ['a b', '#c']],
    ['send PING\\r\\n\\t\\x41\\q', ['send', 'PING\r\n\tAq']],
    ['a "" b', ['a', '', 'b']],
    ['a"b"\'c\'d', ['abcd']],
    ['"\\"" \'"\'', ['"', '"']],
    ['a \\', ['a', '']],
    ['bind "${HOST}:80" "$HOST:81" $HOST', ['bind', '10.0.0.1:80', '10.0.0.1:81', '$HOST']],
    ['"${NONE-1.2.3.4}" "${NONE-}" "${HOST[*]}"', ['1.2.3.4', '', '10.0.0.1']],
    ['a\r', ['a']],
  ]
  for (const [line, words] of cases) t.same(splitLine(line, VARIABLES), { words }, line)
  t.end()
})

t.test('says why a line has no words', t => {
  t.match(splitLine('a "b', VARIABLES), { problem: /a " is not closed/ })
  t.match(splitLine("a 'b", VARIABLES), { problem: /a ' is not closed/ })
  t.match(splitLine('a "$"', VARIABLES), { problem: /no name/ })
  t.match(splitLine('a "${NONE}"', VARIABLES), { problem: /variable NONE is not known here/ })
  t.end()
})
