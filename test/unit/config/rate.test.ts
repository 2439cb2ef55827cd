import t from 'tap'
import { formatRate, parseRate } from '../../../src/config/rate.js'

t.test('reads rates, and writes them as they were read', t => {
  t.same(parseRate('--x', '10/s'), { count: 10, per: 'second' })
  t.same(parseRate('--x', '300/m'), { count: 300, per: 'minute' })
  for (const text of ['1/s', '999999999/m']) t.equal(formatRate(parseRate('--x', text)), text)
  t.end()
})

t.test('refuses everything else', t => {
  for (const text of [
    '',
    '10',
    '0/s',
    '010/s',
    '1.5/s',
    '-1/s',
    '10/h',
    '10/S',
    '10 /s',
    '10/s\n',
    '1000000000/s',
  ]) {
    t.throws(() => parseRate('--x', text), {
      name: 'ConfigError',
      message: `--x ${JSON.stringify(text)}: not a rate (examples: 10/s, 300/m)`,
    })
  }
  t.end()
})
