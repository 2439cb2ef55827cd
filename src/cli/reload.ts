import type { Command } from 'commander'
import { AdminError } from '../admin-client/admin-error.js'
import type { ReloadView } from '../api/views.js'
import type { Output, Surroundings } from './actions.js'
import { addAdminOptions, openClient } from './admin-options.js'
import { printable } from './terminal-text.js'

const EXAMPLES = `
Example:
  evenkeel check --config evenkeel.yaml && evenkeel reload
`

/** Adds `reload`: a running process reads its config file again. */
export function addReloadCommand(program: Command, output: Output, surroundings: Surroundings): void {
  const command = program
    .command('reload')
    .summary('have a running process read its config file again')
    .description(
      'Has a running process read its config file again and prints what that changed. A file with an error changes nothing.',
    )
  addAdminOptions(command, { changes: true })
    .addHelpText('after', EXAMPLES)
    .action(async () => {
      try {
        output.stdout(reloadReport(await openClient(command, surroundings).reload()))
      } catch (error) {
        // The command line was right: what is wrong is the file.
        if (!(error instanceof AdminError) || error.exitCode === 1) throw error
        throw new AdminError(error.kind, error.message)
      }
    })
}

/** What a reload changed, by name, a line for each kind of thing. */
export function reloadReport({ services, backends, listeners }: ReloadView): string {
  const kinds = [
    ['services', services],
    ['backends', backends],
    ['listeners', { ...listeners, changed: [] }],
  ] as const
  const lines = kinds.flatMap(([kind, changes]) => {
    const parts = (['added', 'removed', 'changed'] as const)
      .filter(verb => changes[verb].length > 0)
      .map(verb => `${verb} ${changes[verb].map(printable).join(', ')}`)
    return parts.length === 0 ? [] : [`${kind}: ${parts.join('; ')}\n`]
  })
  return lines.length === 0 ? 'reloaded: nothing changed\n' : `reloaded\n${lines.join('')}`
}
