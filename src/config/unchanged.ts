import { formatAddress } from './address.js'
import { ConfigError } from './config-error.js'
import type { AdminConfig, ProcessConfig } from './config.js'

/** Throws a ConfigError for the first value that is not as before and cannot change while the process runs. */
export function checkUnchanged(before: ProcessConfig, after: ProcessConfig): void {
  const { paths } = after
  const fixed: readonly (readonly [path: string, before: string, after: string])[] = [
    [paths.admin, showAdmin(before.admin), showAdmin(after.admin)],
    [paths.tokenFile, before.admin?.tokenFile ?? '', after.admin?.tokenFile ?? ''],
    [paths.workers, String(before.workers), String(after.workers)],
    [paths.journal, before.journal ?? '', after.journal ?? ''],
    ['datapath', before.datapath, after.datapath],
    ['log.format', before.log.format, after.log.format],
  ]
  for (const [path, old, value] of fixed) {
    if (old === value) continue
    throw new ConfigError(path, value, `was ${JSON.stringify(old)}, and only a restart can change it`)
  }
}

function showAdmin(admin: AdminConfig | undefined): string {
  return admin === undefined ? 'false' : formatAddress(admin.address)
}
