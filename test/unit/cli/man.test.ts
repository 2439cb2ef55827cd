import t from 'tap'
import { addManCommand } from '../../../src/cli/man.js'
import { smallProgram } from '../../fixtures/small-program.js'

t.test('prints the page with the examples of all commands, and nothing else', async t => {
  let stdout = ''
  const program = smallProgram().configureOutput({ writeOut: t.fail })
  addManCommand(program, '1.2.3', {
    stdout: text => void (stdout += text),
    stderr: t.fail,
    columns: undefined,
  })
  await program.parseAsync(['man'], { from: 'user' })
  const [, examples] = stdout.split('.SH EXAMPLES\n')
  t.match(
    examples,
    /^\.nf\nevenkeel \\-l :1\nevenkeel \\-l :2 \\e\n {2}\\-\\-no\\-admin\nevenkeel check a\nevenkeel man \| man \\-l \\-\n\.fi\n/,
  )
})
