import t from 'tap'
import { surroundings } from '../fixtures/surroundings.js'
import { allCommands, readCommand } from '../../src/cli/command-tree.js'
import { createProgram } from '../../src/cli/program.js'
import { runProgram } from '../fixtures/run-program.js'
import { needs, pathOf } from '../services/programs.js'
import { runProgram as runOther } from '../services/run-program.js'

const nothing = () => Promise.reject(new Error('not to be called'))
const program = readCommand(
  createProgram(
    { version: '0', run: nothing, check: nothing, ruleset: nothing, demo: nothing },
    { stdout: () => undefined, stderr: () => undefined, columns: undefined },
    surroundings(),
  ),
)

t.test('the page has every command and every flag', async t => {
  const { code, stdout, stderr } = await runProgram(['man'])
  t.same({ code, stderr }, { code: 0, stderr: '' })
  for (const { path, options } of allCommands(program)) {
    if (path.length > 0)
      t.ok(stdout.includes(`\n.SS "${path.join(' ').replaceAll('-', '\\-')}"\n`), path.join(' '))
    for (const { flags } of options) t.ok(stdout.includes(`\n.B ${flags.replaceAll('-', '\\-')}\n`), flags)
  }
})

t.test('mandoc has nothing to complain of', { skip: needs('mandoc') }, async t => {
  const { stdout } = await runProgram(['man'])
  const { code, output } = await runOther(pathOf('mandoc'), ['-T', 'lint', '-W', 'warning'], stdout)
  t.same({ code, output }, { code: 0, output: '' })
  const shown = await runOther(pathOf('mandoc'), ['-T', 'ascii'], stdout)
  t.match(
    String(shown.stdout).replace(/.[\b]/g, ''),
    /--connect-timeout <duration>\n +time for one connect to a backend/,
  )
})
