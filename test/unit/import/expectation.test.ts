import t from 'tap'
import { bytesPattern, textPattern, usablePattern } from '../../../src/import/expectation.js'

/** Whether an answer, read as latin1, is what is expected. */
function matches(expect: string | undefined, answer: string): boolean {
  return expect?.startsWith('re:') === true && new RegExp(expect.slice(3)).test(answer)
}

t.test('finds a text anywhere, whatever is in it', t => {
  for (const text of ['+PONG', 'a.b*c', '(x)[y]{z}', '^$|\\/', 'role:master']) {
    t.ok(matches(textPattern(text), `before ${text} after`), text)
    t.notOk(matches(textPattern(text), 'something else'), text)
  }
  t.ok(matches(textPattern('ü'), Buffer.from('über ü').toString('latin1')))
  t.end()
})

t.test('finds bytes anywhere', t => {
  t.ok(matches(bytesPattern('00ff2B'), 'a\0\xff+b'))
  t.notOk(matches(bytesPattern('00ff2B'), 'a\0\xff'))
  for (const hex of ['', '0', 'xy', '012']) t.equal(bytesPattern(hex), undefined, hex)
  t.end()
})

t.test('takes a regular expression that is one here', t => {
  t.equal(usablePattern('^220 .*'), 're:^220 .*')
  t.equal(usablePattern('(?i)ok'), undefined)
  t.end()
})
