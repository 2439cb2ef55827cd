import type { Command } from 'commander'
import type { Output, Surroundings } from './actions.js'
import { addAdminOptions, openClient } from './admin-options.js'
import { explainTable } from './explain-table.js'
import { lookOf } from './status.js'

const EXAMPLES = `
Examples:
  evenkeel explain --client 10.1.2.3
  evenkeel explain --client [2001:db8::7]:40312 --service postgres --json
`

/** Adds `explain`: which backend a client would get from a running process, and why. */
export function addExplainCommand(program: Command, output: Output, surroundings: Surroundings): void {
  const command = program
    .command('explain')
    .summary('show which backend a client would get, and why')
    .description(
      'Shows which backend a client would get from a running process at this moment, and why. Asking changes nothing.',
    )
    .requiredOption('--client <ip[:port]>', 'the address of the client')
    .option('--service <name>', 'the service it comes to; may be left out when there is one')
    .option('--json', 'what GET /api/v1/explain answers')
  addAdminOptions(command, { changes: false })
    .addHelpText('after', EXAMPLES)
    .action(async () => {
      const { json = false, ...query } = command.opts<Flags>()
      const { view, text } = await openClient(command, surroundings).explain({
        client: query.client,
        ...(query.service !== undefined && { service: query.service }),
      })
      output.stdout(json ? `${text.trimEnd()}\n` : explainTable(view, lookOf(output, surroundings)))
    })
}

interface Flags {
  readonly client: string
  readonly service?: string
  readonly json?: boolean
}
