import type { ConfigSource } from '../config/config-source.js'
import { thisHost } from './open-app.js'
import { resolveServices } from './resolve.js'
import { StartError } from './start-error.js'

/**
 * The nftables ruleset that the kernel data path would begin with; applies nothing. Rejects with a ConfigError for what
 * the source has and cannot be used.
 */
export async function ruleset(source: ConfigSource): Promise<string> {
  await resolveServices(await source.load(), await thisHost())
  throw new StartError('this build has no kernel datapath')
}
