import type { Command } from 'commander'
import type { Flags } from '../config/flag-values.js'
import type { Actions, Output } from './actions.js'
import { UsageError } from './error-line.js'
import { readSource } from './run.js'
import { addServiceOptions } from './service-options.js'

const EXAMPLES = `
Examples:
  evenkeel ruleset --listen :5432 --backend 10.0.0.11:5432 --backend 10.0.0.12:5432
  evenkeel ruleset --listen udp://:53 --backend 10.0.0.21:53 --allow 10.0.0.0/8
  evenkeel ruleset --config evenkeel.yaml
`

/** Adds `ruleset`: prints what the kernel data path would apply, whichever the config file names. */
export function addRulesetCommand(program: Command, actions: Actions, output: Output): void {
  const command = program
    .command('ruleset')
    .summary('print the nftables ruleset that --datapath kernel would apply')
    .description(
      'Validates flags or a config file for the kernel datapath, looks up host names, and prints the nftables ruleset that it would begin with. Applies nothing and needs no privileges.',
    )
    .usage('--listen <url> --backend <spec> [options] | --config <file> [options]')
  addServiceOptions(command)
    .addHelpText('after', EXAMPLES)
    .action(async () => {
      if (command.opts<Flags>().datapath === 'userspace') {
        throw new UsageError('--datapath userspace has no ruleset (give kernel, or leave it out)')
      }
      const ruleset = await actions.ruleset(readSource(command, { datapath: 'kernel' }))
      output.stdout(`${ruleset.trimEnd()}\n`)
    })
}
