import t from 'tap'
import { MOST, parseChoice, parseCount } from '../../../src/config/scalar.js'

t.test('reads counts within their range', t => {
  t.equal(parseCount('--n', '1', 1), 1)
  t.equal(parseCount('--n', '256', 1, 256), 256)
  t.equal(parseCount('--n', '0', 0, 5), 0)
  t.equal(parseCount('--n', String(MOST), 1), 2_147_483_647)
  t.end()
})

t.test('refuses every other text', t => {
  for (const text of ['', '0', '257', '-1', '+1', '1.0', '1e2', '0x10', ' 1', '1 ', 'one', '9'.repeat(400)]) {
    t.throws(() => parseCount('weight', text, 1, 256), {
      path: 'weight',
      value: text,
      message: /: not a whole number from 1 to 256$/,
    })
  }
  t.throws(() => parseCount('--n', '2147483648', 1), {
    message: /: not a whole number from 1 to 2147483647$/,
  })
  t.end()
})

t.test('reads a word of a closed list', t => {
  t.equal(parseChoice('--passive', 'off', ['on', 'off']), 'off')
  for (const text of ['', 'ON', 'maybe']) {
    t.throws(() => parseChoice('--passive', text, ['on', 'off']), {
      path: '--passive',
      value: text,
      message: /: not one of on, off$/,
    })
  }
  t.end()
})
