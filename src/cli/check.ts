import type { Command } from 'commander'
import { effectiveConfig } from '../config/effective.js'
import type { Actions, Output } from './actions.js'
import { readSource } from './run.js'
import { addServiceOptions } from './service-options.js'

const EXAMPLES = `
Examples:
  evenkeel check --listen :5432 --backend db1:5432 --backend db2:5432,backup
  evenkeel check --listen :80 --backend web1:8080 --probe http,path=/health --probe-once
  evenkeel check --config evenkeel.yaml
`

/** Adds `check`: prints the configuration as YAML without binding anything. */
export function addCheckCommand(program: Command, actions: Actions, output: Output): void {
  const command = program
    .command('check')
    .summary('validate flags or a config file and print the effective configuration')
    .description(
      'Validates flags or a config file, looks up host names, binds nothing and prints the effective configuration as YAML.',
    )
    .usage('--listen <url> --backend <spec> [options] | --config <file> [options]')
    .optionsGroup('Check:')
    .option('--probe-once', 'also probe every backend once and print a table')
  addServiceOptions(command)
    .addHelpText('after', EXAMPLES)
    .action(async () => {
      const { probeOnce = false } = command.opts<{ probeOnce?: boolean }>()
      const checked = await actions.check(readSource(command), { probeOnce })
      const { stringify } = await import('yaml')
      output.stdout(stringify(effectiveConfig(checked.config)))
      if (checked.report !== undefined) output.stdout(`\n${checked.report.trimEnd()}\n`)
    })
}
