import { Help, Option } from 'commander'
import t from 'tap'
import { HELP_LAYOUT } from '../../../src/cli/help-layout.js'

const wrap = (text: string, width: number) => Object.assign(new Help(), HELP_LAYOUT).boxWrap(text, width)

t.test('long flags stand below each other', t => {
  t.equal(HELP_LAYOUT.optionTerm(new Option('-l, --listen <url>')), '-l, --listen <url>')
  t.equal(HELP_LAYOUT.optionTerm(new Option('--name <id>')), '    --name <id>')
  t.end()
})

t.test('a default stays in one piece where it fits a line', t => {
  const text = 'the time that passes between two probes (default: the interval)'
  t.equal(wrap(text, 55), 'the time that passes between two probes\n(default: the interval)')
  const long = `${'word '.repeat(8)}(default: ${'x '.repeat(30)}y)`
  t.ok(
    wrap(long, 50)
      .split('\n')
      .every(line => line.length <= 50),
  )
  t.notMatch(wrap(text, 55), '\0')
  t.end()
})
