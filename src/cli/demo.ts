import type { Command } from 'commander'
import type { Actions } from './actions.js'

const EXAMPLES = `
Example:
  evenkeel demo
`

/** Adds `demo`. */
export function addDemoCommand(program: Command, actions: Actions): void {
  program
    .command('demo')
    .summary('watch a balancer and its backends on this machine')
    .description(
      'Starts small backends on this machine and a balancer in front of them, to watch and to play with.',
    )
    .addHelpText('after', EXAMPLES)
    .action(() => actions.demo())
}
