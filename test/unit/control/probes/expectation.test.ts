import t from 'tap'
import type { Expectation } from '../../../../src/core/service.js'
import { ANSWER_LIMIT, Matcher, quote, type Match } from '../../../../src/control/probes/expectation.js'

const prefix = (text: string): Expectation => ({ kind: 'prefix', bytes: Buffer.from(text, 'latin1') })
const pattern = (pattern: RegExp): Expectation => ({ kind: 'pattern', pattern })

function feed(expectation: Expectation, ...pieces: readonly string[]): Match[] {
  const matcher = new Matcher(expectation)
  return pieces.map(piece => matcher.feed(Buffer.from(piece, 'latin1')))
}

t.test('a prefix', t => {
  t.same(feed(prefix('+PONG'), '+PONG\r\n'), ['match'])
  t.same(feed(prefix('+PONG'), '+PONG'), ['match'], 'exactly')
  t.same(feed(prefix('+PONG'), '+', 'PO', '', 'NG'), ['more', 'more', 'more', 'match'], 'in pieces')
  t.same(feed(prefix('+PONG'), '-ERR'), ['mismatch'], 'wrong from the start')
  t.same(feed(prefix('+PONG'), '+P', 'ING'), ['more', 'mismatch'], 'wrong later')
  t.same(feed(prefix('+PONG'), ' +PONG'), ['mismatch'], 'not at the start')
  t.same(feed(prefix('\xff\x00'), '\xff', '\x00'), ['more', 'match'], 'bytes that are no text')
  t.end()
})

t.test('a pattern', t => {
  t.same(feed(pattern(/ready \d+/), 'not yet, ', 'rea', 'dy 7'), ['more', 'more', 'match'])
  t.same(feed(pattern(/^\xff\xfe/), '\xff\xfe'), ['match'], 'bytes are read as latin1')
  const sticky = pattern(/ok/gy)
  t.same([feed(sticky, 'ok'), feed(sticky, 'ok')], [['match'], ['match']], 'remembers nothing')
  t.end()
})

t.test('64 KiB are looked at and no more', t => {
  const filler = 'x'.repeat(ANSWER_LIMIT - 2)
  t.same(feed(pattern(/ok/), filler, 'ok and more'), ['more', 'match'], 'up to the last byte')
  t.same(feed(pattern(/ok/), filler, 'xok', 'ok'), ['more', 'mismatch', 'mismatch'], 'not across it')
  t.same(feed(pattern(/ok/), filler + 'xxxok'), ['mismatch'], 'nor in one piece')
  const matcher = new Matcher(pattern(/ok/))
  matcher.feed(Buffer.alloc(3 * ANSWER_LIMIT, 'x'))
  matcher.feed(Buffer.alloc(3 * ANSWER_LIMIT, 'x'))
  t.equal(matcher.answer.length, ANSWER_LIMIT, 'or kept')
  t.end()
})

t.test('what is not of this piece is not read', t => {
  const bytes = new Uint8Array(Buffer.from('..ok..')).subarray(2, 4)
  const matcher = new Matcher(prefix('ok'))
  t.equal(matcher.feed(bytes), 'match')
  t.equal(matcher.answer, 'ok')
  t.end()
})

t.test('an answer is quoted on one line of at most 40 characters', t => {
  t.equal(quote('-ERR no\r\n'), '"-ERR no\\r\\n"')
  t.equal(quote('\x00\x1b[31m\xff\t"\\'), '"\\x00\\x1b[31m\\xff\\t\\"\\\\"')
  t.equal(quote(''), '""')
  t.equal(quote('a'.repeat(39)), `"${'a'.repeat(39)}"`)
  t.equal(quote('a'.repeat(400)), `"${'a'.repeat(39)}…"`)
  t.equal(quote('\x00'.repeat(400)), `"${'\\x00'.repeat(9)}…"`, 'never cut inside an escape')
  t.end()
})
