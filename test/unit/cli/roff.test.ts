import t from 'tap'
import { paragraph, roffText } from '../../../src/cli/roff.js'

t.test('nothing in a text is a command of roff', t => {
  t.equal(roffText('--a\\b …\nc'), '\\-\\-a\\eb ... c')
  t.equal(roffText(".so 'x' ^~`"), '\\&.so \\(aqx\\(aq \\(ha\\(ti\\(ga')
  t.same(paragraph('-a "b"', '.c'), ['.TP', '.B \\-a \\(dqb\\(dq', '\\&.c'])
  t.end()
})
