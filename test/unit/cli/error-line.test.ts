import t from 'tap'
import { errorLine, UsageError } from '../../../src/cli/error-line.js'

t.test('folds an error into one line', t => {
  const cases: [string, string][] = [
    ['--listen: at least one is needed', 'evenkeel: --listen: at least one is needed\n'],
    [
      "error: unknown option '--x'\n(Did you mean --y?)\n",
      "evenkeel: unknown option '--x' (Did you mean --y?)\n",
    ],
    ['a \r\n\r\n b\u2028c', 'evenkeel: a b c\n'],
    ['\u001b[31mred\u0007', 'evenkeel: ?[31mred?\n'],
  ]
  for (const [text, line] of cases) t.equal(errorLine(text), line)
  t.end()
})

t.test('a usage error ends the process with 2', t => {
  t.match(new UsageError('what'), { name: 'UsageError', message: 'what', exitCode: 2 })
  t.end()
})
