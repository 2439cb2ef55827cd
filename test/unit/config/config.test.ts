import { pino } from 'pino'
import t from 'tap'
import { LOG_FORMATS, LOG_LEVELS } from '../../../src/config/config.js'

t.test('the log levels are those of the logger, from the most to the least', t => {
  const values: Readonly<Record<string, number>> = {
    ...pino().levels.values,
    silent: Number.POSITIVE_INFINITY,
  }
  t.same([...LOG_LEVELS].sort(), Object.keys(values).sort())
  const order = LOG_LEVELS.map(level => values[level] ?? 0)
  t.same(
    order,
    [...order].sort((a, b) => a - b),
  )
  t.same(LOG_FORMATS, ['json', 'pretty', 'auto'])
  t.end()
})
