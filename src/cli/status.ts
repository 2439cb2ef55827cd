import type { Command } from 'commander'
import type { Output, Surroundings } from './actions.js'
import { addAdminOptions, openClient } from './admin-options.js'
import { findService } from './find-names.js'
import { statusTable, type Look } from './status-table.js'

const EXAMPLES = `
Examples:
  evenkeel status
  evenkeel status --service postgres --admin unix:/run/evenkeel/admin.sock
  evenkeel status --json | jq '.services[].backends[] | select(.health == "down") | .name'
`

/** The width of a table where there is no terminal. */
export const TABLE_WIDTH = 120

/** Adds `status`: what a running process balances, once. */
export function addStatusCommand(program: Command, output: Output, surroundings: Surroundings): void {
  const command = program
    .command('status')
    .summary('show the services and backends of a running process')
    .description('Shows the services and backends of a running process, their state and why it is so.')
    .option('--service <name>', 'only this service')
    .option('--json', 'what GET /api/v1/services answers')
  addAdminOptions(command, { changes: false })
    .addHelpText('after', EXAMPLES)
    .action(async () => {
      const { service, json = false } = command.opts<{ service?: string; json?: boolean }>()
      const { view, text } = await openClient(command, surroundings).services()
      const shown = service === undefined ? view : [findService(view, service)]
      if (json) {
        output.stdout(
          service === undefined ? `${text.trimEnd()}\n` : `${JSON.stringify({ services: shown })}\n`,
        )
      } else {
        output.stdout(statusTable(shown, lookOf(output, surroundings)))
      }
    })
}

/** How tables look here and now. */
export function lookOf({ columns = TABLE_WIDTH }: Output, { color, wallTime }: Surroundings): Look {
  return { width: columns, color, now: wallTime() }
}
