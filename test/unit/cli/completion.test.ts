import { Command } from 'commander'
import t from 'tap'
import { addCompletionCommand } from '../../../src/cli/completion.js'

async function run(...args: string[]): Promise<string> {
  let stdout = ''
  const program = new Command('evenkeel').exitOverride().configureOutput({ writeErr: () => undefined })
  program.option('--frobnicate', 'frobnicate it')
  addCompletionCommand(program, { stdout: text => void (stdout += text), stderr: t.fail, columns: undefined })
  await program.parseAsync(['completion', ...args], { from: 'user' })
  return stdout
}

t.test('prints a script for each shell, made from what is declared', async t => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    const script = await run(shell)
    t.match(script, new RegExp(`made by "evenkeel completion ${shell}"`))
    t.match(script, /frobnicate/)
  }
})

t.test('knows no other shell', async t => {
  await t.rejects(run('tcsh'), { code: 'commander.invalidArgument' })
  await t.rejects(run(), { code: 'commander.missingArgument' })
})
