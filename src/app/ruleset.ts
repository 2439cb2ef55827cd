import { ConfigError } from '../config/config-error.js'
import type { ConfigSource } from '../config/config-source.js'
import { pathAt } from '../config/paths.js'
import { BackendTable } from '../core/table.js'
import { thisHost } from './open-app.js'
import { resolveServices } from './resolve.js'

/**
 * The nftables ruleset that the kernel data path would begin with; applies nothing. Rejects with a ConfigError for what
 * the source has and cannot be used.
 */
export async function ruleset(source: ConfigSource): Promise<string> {
  const config = await source.load()
  const { services } = await resolveServices(config, await thisHost())
  for (const { listeners, paths } of config.services) {
    const free = listeners.findIndex(listener => listener.protocol !== 'unix' && listener.port === 0)
    if (free < 0) continue
    const { url } = listeners[free] ?? { url: '' }
    throw new ConfigError(pathAt(paths, free), url, 'which port that is shows only when it runs (give one)')
  }
  const { firstRuleset } = await import('../datapath/kernel/first-ruleset.js')
  const told = { backendState: () => undefined, failover: () => undefined, admin: () => undefined }
  const tables = services.map(service =>
    firstRuleset(service, new BackendTable(service, told, 0).snapshot(0)),
  )
  return tables.join('\n')
}
