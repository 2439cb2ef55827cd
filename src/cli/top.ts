import type { Command } from 'commander'
import type { Output, Surroundings } from './actions.js'
import { addAdminOptions, openClient } from './admin-options.js'
import { lookOf } from './status.js'
import { statusTable } from './status-table.js'

const EXAMPLES = `
Keys:
  up, down, k, j  select          d  drain          /  filter
  ?               help            r  ready          s  sort
  q               quit            m  maintenance    x  end the sessions

Example:
  evenkeel top
`

/** Adds `top`: a running process, live on the whole terminal. */
export function addTopCommand(program: Command, output: Output, surroundings: Surroundings): void {
  const command = program
    .command('top')
    .summary('watch a running process live, and drain backends by a key')
    .description(
      'Shows a running process live on the whole terminal: services, backends, sessions, rates and events. Where there is no terminal it prints one table, as status does.',
    )
  addAdminOptions(command, { changes: true })
    .addHelpText('after', EXAMPLES)
    .action(async () => {
      const client = openClient(command, surroundings)
      const terminal = surroundings.terminal()
      if (terminal === undefined) {
        output.stdout(statusTable((await client.services()).view, lookOf(output, surroundings)))
        return
      }
      const { runTop } = await import('./top/run-top.js')
      const { admin } = command.opts<{ admin: string }>()
      await runTop({ client, terminal, surroundings, address: admin })
    })
}
