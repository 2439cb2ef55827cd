import t from 'tap'
import { readNumber, readTime } from '../../../../src/import/haproxy/time.js'

t.test('a bare time is in milliseconds', t => {
  for (const [text, millis] of [
    ['500', 500],
    ['0', 0],
    ['10us', 1],
    ['2500us', 3],
    ['250ms', 250],
    ['2s', 2000],
    ['1m', 60_000],
    ['1h', 3_600_000],
    ['1d', 86_400_000],
    ['', undefined],
    ['1.5s', undefined],
    ['1w', undefined],
    ['s', undefined],
  ] as const) {
    t.equal(readTime(text), millis, text)
  }
  t.end()
})

t.test('numbers are whole', t => {
  t.same(['3', '', '-1', '1x', '1234567890'].map(readNumber), [3, undefined, undefined, undefined, undefined])
  t.end()
})
