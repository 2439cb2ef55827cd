import t from 'tap'
import { formatBytes, parseBytes } from '../../../src/config/bytes.js'

t.test('reads text, escapes and hexadecimal digits', t => {
  const cases: [string, number[]][] = [
    ['PING', [80, 73, 78, 71]],
    ['a\\r\\n\\t\\0\\\\b', [97, 13, 10, 9, 0, 92, 98]],
    ['\\xff\\xFF\\x0a', [255, 255, 10]],
    ['é', [0xc3, 0xa9]],
    ['\\\\x41', [92, 120, 52, 49]],
    ['hex:00fFa0', [0, 255, 160]],
    ['\\x68ex:00', [104, 101, 120, 58, 48, 48]],
  ]
  for (const [text, bytes] of cases) t.same([...parseBytes('send', text)], bytes, text)
  t.end()
})

t.test('refuses what has no meaning', t => {
  const cases: [string, RegExp][] = [
    ['', /: no bytes$/],
    ['hex:', /: no bytes$/],
    ['hex:0', /: hex: takes pairs of hexadecimal digits$/],
    ['hex:zz', /: hex: takes pairs/],
    ['hex:00 11', /: hex: takes pairs/],
    ['\\q', /: unknown escape \(known: \\r \\n \\t \\0 \\\\ \\xNN\)$/],
    ['\\R', /: unknown escape/],
    ['\\x1', /: unknown escape/],
    ['\\xgg', /: unknown escape/],
    ['a\\', /: unknown escape/],
  ]
  for (const [value, message] of cases) {
    t.throws(() => parseBytes('send', value), { path: 'send', value, message }, value)
  }
  t.end()
})

t.test('shows every byte so that it can be read again', t => {
  const all = Uint8Array.from({ length: 256 }, (_, byte) => byte)
  t.same([...parseBytes('send', formatBytes(all))], [...all])
  t.equal(formatBytes(Uint8Array.from([80, 13, 10, 0, 92, 200, 5])), 'P\\r\\n\\0\\\\\\xc8\\x05')
  for (const word of ['hex:zz', 're:x']) {
    const bytes = new TextEncoder().encode(word)
    t.notOk(formatBytes(bytes).startsWith(word.slice(0, 2)), 'a prefix with a meaning is escaped')
    t.same([...parseBytes('send', formatBytes(bytes))], [...bytes])
  }
  t.end()
})
