import t from 'tap'
import { hasVariable, readNumber, readParameters, readTime } from '../../../../src/import/nginx/values.js'

t.test('a bare time is in seconds', t => {
  for (const [text, millis] of [
    ['10', 10_000],
    ['500ms', 500],
    ['10s', 10_000],
    ['1h 30m', 5_400_000],
    ['1h30m5', 5_405_000],
    ['1d', 86_400_000],
    ['1w', 604_800_000],
    ['1M', 2_592_000_000],
    ['1y', 31_536_000_000],
    ['', undefined],
    ['1.5s', undefined],
    ['soon', undefined],
    ['1'.repeat(200), undefined],
  ] as const) {
    t.equal(readTime(text), millis, text)
  }
  t.end()
})

t.test('numbers, parameters and variables', t => {
  t.same(['3', '', '-1', undefined].map(readNumber), [3, undefined, undefined, undefined])
  t.same(
    [...readParameters(['udp', 'a=b=c'])],
    [
      ['udp', ''],
      ['a', 'b=c'],
    ],
  )
  t.same(['$name', '${name}', 'a$', 'plain'].map(hasVariable), [true, true, false, false])
  t.end()
})
