import t from 'tap'
import { count, formatAmount, formatByteRate, formatProbeTime, formatSpan } from '../../../src/cli/amounts.js'

t.test('a length of time has two units at most', t => {
  const cases: [number, string][] = [
    [-5000, '0s'],
    [400, '0s'],
    [59_600, '1m'],
    [580_000, '9m 40s'],
    [3_600_000, '1h'],
    [90_061_000, '1d 1h'],
    [86_400_000 + 60_000, '1d'],
  ]
  for (const [millis, text] of cases) t.equal(formatSpan(millis), text)
  t.end()
})

t.test('numbers are short', t => {
  const cases: [number, string][] = [
    [0, '0'],
    [0.01, '<0.1'],
    [0.3, '0.3'],
    [3, '3'],
    [9.96, '10'],
    [999, '999'],
    [999.6, '1k'],
    [1234, '1.2k'],
    [45_600_000, '46M'],
  ]
  for (const [amount, text] of cases) t.equal(formatAmount(amount), text)
  t.equal(formatByteRate(0), '0 B/s')
  t.equal(formatByteRate(0.01), '<0.1 B/s')
  t.equal(formatByteRate(1_234_567), '1.2 MB/s')
  t.end()
})

t.test('probe times tell more where they are small', t => {
  const cases: [number, string][] = [
    [0, '0 ms'],
    [0.842, '0.84 ms'],
    [3.21, '3.2 ms'],
    [12.4, '12 ms'],
    [1000, '1 s'],
    [1234, '1.2 s'],
  ]
  for (const [millis, text] of cases) t.equal(formatProbeTime(millis), text)
  t.end()
})

t.test('counts', t => {
  t.same(
    [0, 1, 2].map(amount => count(amount, 'session')),
    ['0 sessions', '1 session', '2 sessions'],
  )
  t.end()
})
