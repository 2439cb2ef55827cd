import { InvalidArgumentError, Option, type Command } from 'commander'
import { AdminClient } from '../admin-client/admin-client.js'
import { parseAddress } from '../config/address.js'
import { DEFAULTS } from '../config/defaults.js'
import type { Surroundings } from './actions.js'

interface AdminFlags {
  readonly admin: string
  readonly adminTokenFile?: string
}

/** Declares `--admin`, by which a command finds the running process, and for changes `--admin-token-file`. */
export function addAdminOptions(command: Command, { changes }: { readonly changes: boolean }): Command {
  const where = new Option('--admin <address>', 'the admin address of the running process')
  // Told as it is written: commander would put a default in quotes.
  command.addOption(where.default(DEFAULTS['admin.address'], DEFAULTS['admin.address']))
  if (!changes) return command
  return command.option(
    '--admin-token-file <path>',
    'the file with the token for changes (default: the one that the running process made)',
    requireText,
  )
}

/** The admin API of the process that the flags name. Throws a ConfigError for an address that is none. */
export function openClient(command: Command, { clock }: Pick<Surroundings, 'clock'>): AdminClient {
  const { admin, adminTokenFile } = command.opts<AdminFlags>()
  const address = parseAddress('--admin', admin, 'bind')
  return new AdminClient({ address, clock, tokenFile: adminTokenFile })
}

function requireText(text: string): string {
  if (text === '') throw new InvalidArgumentError('it is empty.')
  return text
}
