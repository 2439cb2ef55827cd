import type { Command } from 'commander'
import { parseFlags } from '../config/flags.js'
import type { Flags } from '../config/flag-values.js'
import type { Actions } from './actions.js'
import { UsageError } from './error-line.js'
import { addServiceOptions } from './service-options.js'

const EXAMPLES = `
Examples:
  evenkeel --listen tcp://0.0.0.0:5432 --backend 10.0.0.11:5432 --backend 10.0.0.12:5432,backup
  evenkeel -l :80 -b 10.0.0.11:8080,weight=2 -b 10.0.0.12:8080 --probe http,path=/health
  evenkeel -l udp://:27015 -b 10.0.0.11:27015 -b 10.0.0.12:27015 --balance ip-hash
`

/** Makes a command run the balancer with its flags: `run` itself, and the program when no command is named. */
export function addRunCommand(command: Command, actions: Actions): Command {
  return addServiceOptions(command)
    .addHelpText('after', EXAMPLES)
    .action(async () => {
      await actions.run(parseFlags(readFlags(command)))
    })
}

/** The flags of a command; throws a {@link UsageError} when there is neither a listener nor a backend. */
export function readFlags(command: Command): Flags {
  const flags = command.opts<Flags>()
  if (flags.listen === undefined && flags.backend === undefined) {
    throw new UsageError('--listen and --backend are needed (evenkeel --help shows more)')
  }
  return flags
}
