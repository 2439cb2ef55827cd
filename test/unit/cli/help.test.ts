import { Command } from 'commander'
import t from 'tap'
import { addHelpCommand } from '../../../src/cli/help.js'

async function help(...argv: string[]): Promise<string> {
  let printed = ''
  const program = new Command('evenkeel')
    .exitOverride()
    .helpCommand(false)
    .configureOutput({ writeOut: text => void (printed += text) })
  program.command('other').description('Does something else.')
  addHelpCommand(program)
  await program.parseAsync(['help', ...argv], { from: 'user' })
  return printed
}

t.test('shows the help of the program or of a command', async t => {
  t.match(await help(), /^Usage: evenkeel \[options\] \[command\]\n/)
  t.match(await help('other'), /^Usage: evenkeel other .*\n\nDoes something else\.\n/)
})

t.test('knows only commands', async t => {
  await t.rejects(help('toString'), {
    name: 'UsageError',
    message: 'unknown command "toString" (evenkeel --help shows what there is)',
  })
})
