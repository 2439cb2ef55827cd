import t from 'tap'
import { cutEnd, cutMiddle, displayWidth, pad, printable } from '../../../src/cli/terminal-text.js'

t.test('what does not print is shown', t => {
  t.equal(printable('a\u001b[31mb\n\u0007'), 'a\\x1b[31mb\\x0a\\x07')
  t.equal(printable('a\u202eb\u2028'), 'a\\u202eb\\u2028')
  t.equal(printable('größe 東京 👍'), 'größe 東京 👍')
  t.end()
})

t.test('knows how many columns text takes', t => {
  const cases: [string, number][] = [
    ['', 0],
    ['db1', 3],
    ['größe', 5],
    ['gro\u0308ße', 5],
    ['東京', 4],
    ['👍', 2],
    ['👨‍👩‍👧', 2],
    ['●▁█…', 4],
  ]
  for (const [text, width] of cases) t.equal(displayWidth(text), width, text)
  t.end()
})

t.test('long text loses its middle or its end', t => {
  t.equal(cutMiddle('10.0.0.11:5432', 14), '10.0.0.11:5432')
  t.equal(cutMiddle('10.0.0.11:5432', 9), '10.0…5432')
  t.equal(cutMiddle('abc', 1), '…')
  t.equal(cutMiddle('abc', 0), '')
  t.equal(cutEnd('abcdef', 4), 'abc…')
  t.equal(cutEnd('abc', 3), 'abc')
  t.equal(cutEnd('abc', 0), '')
  for (const text of ['東京東京東京', 'a東b京c👍d', 'x'.repeat(50)]) {
    for (let width = 0; width < 12; width++) {
      t.ok(displayWidth(cutMiddle(text, width)) <= width, `${text} in ${width}`)
      t.ok(displayWidth(cutEnd(text, width)) <= width, `${text} in ${width}`)
    }
  }
  t.end()
})

t.test('fills up to a width', t => {
  t.equal(pad('東', 4), '東  ')
  t.equal(pad('12', 4, 'start'), '  12')
  t.equal(pad('12345', 4), '12345')
  t.end()
})
