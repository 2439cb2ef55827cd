import type { Command } from 'commander'
import { fileSource, flagsSource, type ConfigSource } from '../config/config-source.js'
import { flagName, PROCESS_FLAGS, type Flags } from '../config/flag-values.js'
import type { Actions } from './actions.js'
import { UsageError } from './error-line.js'
import { addServiceOptions } from './service-options.js'

const EXAMPLES = `
Examples:
  evenkeel --listen tcp://0.0.0.0:5432 --backend 10.0.0.11:5432 --backend 10.0.0.12:5432,backup
  evenkeel -l :80 -b 10.0.0.11:8080,weight=2 -b 10.0.0.12:8080 --probe http,path=/health
  evenkeel -l udp://:27015 -b 10.0.0.11:27015 -b 10.0.0.12:27015 --balance ip-hash
  evenkeel --config evenkeel.yaml
`

/** Makes a command run the balancer with its flags: `run` itself, and the program when no command is named. */
export function addRunCommand(command: Command, actions: Actions): Command {
  return addServiceOptions(command)
    .addHelpText('after', EXAMPLES)
    .action(async () => {
      await actions.run(readSource(command))
    })
}

/** What `check` has beside flags. */
const PROBE_ONCE = 'probeOnce'

/**
 * The flags of a command, or the config file it names. Throws a {@link UsageError} for neither, and for a mixture.
 *
 * @param assumed flags of the process that hold where they are not given, and over the file
 */
export function readSource(command: Command, assumed: Flags = {}): ConfigSource {
  const { config, ...options } = command.opts<Flags & { config?: string }>()
  const given = Object.fromEntries(Object.entries(options).filter(([name]) => name !== PROBE_ONCE))
  const flags: Flags = { ...assumed, ...given }
  if (config !== undefined) return besideFile(config, flags)
  if (flags.listen === undefined && flags.backend === undefined) {
    throw new UsageError('--listen and --backend are needed, or --config (evenkeel --help shows more)')
  }
  return flagsSource(flags)
}

function besideFile(file: string, flags: Flags): ConfigSource {
  const stranger = (Object.keys(flags) as (keyof Flags)[]).find(flag => !PROCESS_FLAGS.has(flag))
  if (stranger === undefined) return fileSource(file, flags)
  throw new UsageError(
    `${flagName(stranger)} cannot stand beside --config: what belongs to a service is in the file`,
  )
}
