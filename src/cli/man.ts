import type { Command } from 'commander'
import type { Output } from './actions.js'

const EXAMPLES = `
Example:
  evenkeel man | man -l -
`

/** Adds `man`: prints a man page made from the declarations of the program. */
export function addManCommand(program: Command, version: string, output: Output): void {
  program
    .command('man')
    .summary('print the man page')
    .description('Prints the man page, which is made from the same declarations as this help.')
    .addHelpText('after', EXAMPLES)
    .action(async () => {
      const { readCommand } = await import('./command-tree.js')
      const { manPage } = await import('./man-page.js')
      output.stdout(manPage(readCommand(program), examplesOf(program), version))
    })
}

/** The lines below `Examples:` in the help of the program and of its commands. */
function examplesOf(program: Command): readonly string[] {
  return [program, ...program.commands].flatMap(command => {
    let help = ''
    // What is added to the help is written with it, and nowhere else.
    command.configureOutput({ writeOut: text => void (help += text) })
    command.outputHelp()
    const [, examples = ''] = help.split(/^Examples?:\n/m)
    return examples.split('\n').flatMap(line => (line.startsWith('  ') ? [line.slice(2)] : []))
  })
}
