import t from 'tap'
import {
  amount,
  byteRate,
  countdown,
  dayOf,
  milliseconds,
  timeOfDay,
  weight,
} from '../../../../src/dashboard/model/format.js'

t.test('amounts keep three digits in any range', t => {
  const cases: readonly (readonly [number | null, string])[] = [
    [null, '–'],
    [0, '0'],
    [0.01, '<0.1'],
    [0.2, '0.2'],
    [7.46, '7.5'],
    [9.96, '10'],
    [320.4, '320'],
    [999.4, '999'],
    [999.6, '1k'],
    [12_400, '12k'],
    [1_240_000, '1.2M'],
    [3e15, '3,000T'],
  ]
  for (const [value, text] of cases) t.equal(amount(value), text, String(value))
  t.equal(amount(undefined), '–')
  t.end()
})

t.test('rates of bytes have a unit', t => {
  t.equal(byteRate(0), '0 B/s')
  t.equal(byteRate(1500), '1.5 kB/s')
  t.equal(byteRate(12_000_000), '12 MB/s')
  t.equal(byteRate(null), '–')
  t.end()
})

t.test('probe times', t => {
  t.equal(milliseconds(0.416), '0.42 ms')
  t.equal(milliseconds(12.34), '12 ms')
  t.equal(milliseconds(1234), '1.2 s')
  t.equal(milliseconds(null), '–')
  t.end()
})

t.test('weights are whole unless they ramp', t => {
  t.equal(weight(256), '256')
  t.equal(weight(0.3), '0.30')
  t.end()
})

t.test('what is left counts down to zero and stays there', t => {
  t.equal(countdown(-5), '0:00')
  t.equal(countdown(1), '0:01')
  t.equal(countdown(581_000), '9:41')
  t.equal(countdown(3_900_000), '1:05:00')
  t.equal(countdown(2 * 86_400_000 + 3 * 3_600_000), '2 d 3:00:00')
  t.end()
})

t.test('times are local', t => {
  const noon = new Date(2026, 2, 3, 12, 34, 56).toISOString()
  t.equal(timeOfDay(noon), '12:34:56')
  t.equal(dayOf(noon), '3 Mar')
  t.end()
})
