import type { Command } from 'commander'
import { UsageError } from './error-line.js'

const EXAMPLES = `
Example:
  evenkeel help check
`

/** Adds `help`, which shows the help of the program or of one command. */
export function addHelpCommand(program: Command): void {
  program
    .command('help')
    .summary('show the help of a command')
    .description('Shows the help of the program, or of one command.')
    .argument('[command]')
    .addHelpText('after', EXAMPLES)
    .action((name: string | undefined) => {
      const command = name === undefined ? program : program.commands.find(known => known.name() === name)
      if (command === undefined) {
        throw new UsageError(`unknown command ${JSON.stringify(name)} (evenkeel --help shows what there is)`)
      }
      command.outputHelp()
    })
}
