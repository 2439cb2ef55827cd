import t from 'tap'
import { formatDuration, parseDuration } from '../../../src/config/duration.js'

t.test('reads durations', t => {
  const cases: [string, number][] = [
    ['0', 0],
    ['0s', 0],
    ['250ms', 250],
    ['2s', 2000],
    ['1.5h', 5_400_000],
    ['30d', 2_592_000_000],
    ['10m', 600_000],
    ['1.1s', 1100],
    ['0.29s', 290],
    ['0.4ms', 1],
    ['0.0s', 0],
    ['365d', 31_536_000_000],
  ]
  for (const [text, millis] of cases) t.equal(parseDuration('--hold', text, 0), millis, text)
  t.equal(parseDuration('--hold', '0.1ms', 1), 1)
  t.end()
})

t.test('refuses what is no duration', t => {
  const cases = [
    '',
    '5',
    '5x',
    's',
    'ms',
    '-1s',
    '+1s',
    '.5s',
    '1.s',
    '1e3s',
    '1 s',
    ' 1s',
    '1s ',
    '1S',
    '1h30m',
    '00',
    '１s',
  ]
  for (const text of cases) {
    const message = `--hold ${JSON.stringify(text)}: not a duration (examples: 250ms, 2s, 1.5h)`
    t.throws(() => parseDuration('--hold', text, 0), { path: '--hold', value: text, message })
  }
  t.end()
})

t.test('refuses what is too long or too short', t => {
  for (const text of ['365.1d', '8761h', `${'9'.repeat(400)}s`]) {
    t.throws(() => parseDuration('--hold', text, 0), {
      value: text,
      message: /: longer than a year \(365d\)$/,
    })
  }
  for (const text of ['0', '0ms']) {
    t.throws(() => parseDuration('--hold', text, 1), { value: text, message: /: must be longer than 0$/ })
  }
  t.end()
})

t.test('shows durations so that they can be read again', t => {
  const cases: [number, string][] = [
    [0, '0s'],
    [1, '1ms'],
    [1500, '1500ms'],
    [2000, '2s'],
    [60_000, '1m'],
    [5_400_000, '90m'],
    [3_600_000, '1h'],
    [2_592_000_000, '30d'],
  ]
  for (const [millis, text] of cases) {
    t.equal(formatDuration(millis), text)
    t.equal(parseDuration('--hold', text, 0), millis)
  }
  t.end()
})
