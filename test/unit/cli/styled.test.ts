import t from 'tap'
import { paint, span } from '../../../src/cli/styled.js'

const LINE = [span('● ', 'good'), span('db1  '), span('   ', 'faint'), span('', 'bad')]

t.test('colours are for those who want them', t => {
  t.equal(paint(LINE, false), '● db1')
  t.equal(paint(LINE, true), '\u001b[32m● \u001b[0mdb1')
  t.equal(paint([], true), '')
  t.end()
})
