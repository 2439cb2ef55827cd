import { Command } from 'commander'
import type { Actions, Output, Surroundings } from './actions.js'
import { addBackendCommand } from './backend.js'
import { addCheckCommand } from './check.js'
import { addCompletionCommand } from './completion.js'
import { addDemoCommand } from './demo.js'
import { errorLine, UsageError } from './error-line.js'
import { addEventsCommand } from './events.js'
import { addExplainCommand } from './explain.js'
import { addHelpCommand } from './help.js'
import { HELP_LAYOUT, HELP_WIDTH } from './help-layout.js'
import { addImportCommand } from './import.js'
import { addManCommand } from './man.js'
import { addReloadCommand } from './reload.js'
import { addRulesetCommand } from './ruleset.js'
import { addRunCommand } from './run.js'
import { addStatusCommand } from './status.js'
import { addTopCommand } from './top.js'

/** The whole command line. It throws instead of ending the process, and writes only to `output`. */
export function createProgram(actions: Actions, output: Output, surroundings: Surroundings): Command {
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
  addRulesetCommand(program, actions, output)
  addStatusCommand(program, output, surroundings)
  addTopCommand(program, output, surroundings)
  addEventsCommand(program, output, surroundings)
  addBackendCommand(program, output, surroundings)
  addExplainCommand(program, output, surroundings)
  addReloadCommand(program, output, surroundings)
  addImportCommand(program, output)
  addDemoCommand(program, actions)
  addCompletionCommand(program, output)
  addManCommand(program, actions.version, output)
  addHelpCommand(program)
  return program
}

function refuseOperands(program: Command, command: Command): void {
  const operand = command.args[command.registeredArguments.length]
  if (operand === undefined || command.registeredArguments.at(-1)?.variadic) return
  const [kind, place] =
    command === program ? ['unknown command', program.name()] : ['unexpected argument', pathOf(command)]
  throw new UsageError(`${kind} ${JSON.stringify(operand)} (${place} --help shows what there is)`)
}

/** The names that lead to a command: `evenkeel backend drain`. */
function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`
}

/** Flags before the name of a command would be dropped without a word. */
function refuseEarlyFlags(program: Command, command: Command): void {
  const early = program.options.find(option => program.getOptionValueSource(option.attributeName()) === 'cli')
  if (early !== undefined)
    throw new UsageError(`${early.long ?? early.flags} must come after ${command.name()}`)
}
