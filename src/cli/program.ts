import { Command } from 'commander'
import type { Actions, Output } from './actions.js'
import { addCheckCommand } from './check.js'
import { addDemoCommand } from './demo.js'
import { errorLine, UsageError } from './error-line.js'
import { addHelpCommand } from './help.js'
import { HELP_LAYOUT, HELP_WIDTH } from './help-layout.js'
import { addRunCommand } from './run.js'

/** The whole command line. It throws instead of ending the process, and writes only to `output`. */
export function createProgram(actions: Actions, output: Output): Command {
  const program = new Command('evenkeel')
    .description('Layer-4 load balancer for TCP and UDP, with health probes and failover.')
    .usage('[run] --listen <url> --backend <spec> [options] | --config <file> [options]')
    .enablePositionalOptions()
    .allowExcessArguments()
    .exitOverride()
    .configureOutput({
      writeOut: text => output.stdout(text),
      writeErr: text => output.stderr(text),
      outputError: (text, write) => write(errorLine(text)),
      getOutHelpWidth: () => Math.min(output.columns ?? HELP_WIDTH, HELP_WIDTH),
    })
    .configureHelp(HELP_LAYOUT)
    .helpOption('-h, --help', 'show this help')
    .helpCommand(false)
  program.hook('preAction', refuseOperands).hook('preSubcommand', refuseEarlyFlags)
  addRunCommand(program, actions)
  program.version(actions.version, '-V, --version', 'show the version')
  const run = program.command('run').summary('balance until stopped; what happens when no command is named')
  addRunCommand(
    run
      .description('Balances until it is stopped.')
      .usage('--listen <url> --backend <spec> [options] | --config <file> [options]'),
    actions,
  )
  addCheckCommand(program, actions, output)
  addDemoCommand(program, actions)
  addHelpCommand(program)
  return program
}

function refuseOperands(program: Command, command: Command): void {
  const operand = command.args[command.registeredArguments.length]
  if (operand === undefined) return
  const [kind, place] =
    command === program
      ? ['unknown command', program.name()]
      : ['unexpected argument', `${program.name()} ${command.name()}`]
  throw new UsageError(`${kind} ${JSON.stringify(operand)} (${place} --help shows what there is)`)
}

/** Flags before the name of a command would be dropped without a word. */
function refuseEarlyFlags(program: Command, command: Command): void {
  const early = program.options.find(option => program.getOptionValueSource(option.attributeName()) === 'cli')
  if (early !== undefined)
    throw new UsageError(`${early.long ?? early.flags} must come after ${command.name()}`)
}
