import { Argument, type Command } from 'commander'
import type { Output } from './actions.js'
import type { CommandNode } from './command-tree.js'

const SHELLS = ['bash', 'zsh', 'fish'] as const
type Shell = (typeof SHELLS)[number]

const EXAMPLES = `
Examples:
  evenkeel completion bash > /etc/bash_completion.d/evenkeel
  evenkeel completion zsh > "\${fpath[1]}/_evenkeel"
  evenkeel completion fish > ~/.config/fish/completions/evenkeel.fish
`

/** Adds `completion`: prints a script for a shell that completes what the program declares. */
export function addCompletionCommand(program: Command, output: Output): void {
  program
    .command('completion')
    .summary('print a script that completes commands and flags in a shell')
    .description('Prints a script for a shell that completes commands, flags and their values.')
    .addArgument(new Argument('<shell>', 'bash, zsh or fish').choices(SHELLS))
    .addHelpText('after', EXAMPLES)
    .action(async (shell: Shell) => {
      const { readCommand } = await import('./command-tree.js')
      const write = await scriptWriter(shell)
      output.stdout(write(readCommand(program)))
    })
}

async function scriptWriter(shell: Shell): Promise<(program: CommandNode) => string> {
  switch (shell) {
    case 'bash':
      return (await import('./completion-bash.js')).bashCompletion
    case 'zsh':
      return (await import('./completion-zsh.js')).zshCompletion
    case 'fish':
      return (await import('./completion-fish.js')).fishCompletion
  }
}
