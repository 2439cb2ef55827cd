import { readFile } from 'node:fs/promises'
import { App } from './app.js'
import { systemClock, systemRandom, wallTime } from './clock.js'
import type { Config } from './config/config.js'
import { parseFdLimit } from './config/fd-limit.js'
import { createLog } from './observe/log.js'
import type { Sink } from './observe/sink.js'
import { resolveServices } from './resolve.js'
import { nodeVersion, packageVersion } from './version.js'

/** What is assumed where the system does not say how many files may be open: the usual default of one process. */
const USUAL_FD_LIMIT = 1024

/** How many descriptors this process may have. */
export async function fdLimit(): Promise<number> {
  const limits = await readFile('/proc/self/limits', 'latin1').catch(() => '')
  return parseFdLimit(limits) ?? USUAL_FD_LIMIT
}

/**
 * An app of this process that logs to `sink`, which stays the caller's. Nothing is bound yet. Rejects with a
 * ConfigError when a host has no address.
 *
 * @param isTerminal whether people read the log as it is written
 */
export async function openApp(config: Config, sink: Sink, isTerminal: boolean): Promise<App> {
  const { services, warnings } = await resolveServices(config, await fdLimit())
  const { level, format } = config.log
  const observer = await createLog({
    level,
    format: format === 'auto' ? (isTerminal ? 'pretty' : 'json') : format,
    accessLog: config.accessLog,
    sink,
    clock: systemClock,
  })
  for (const { service, flag, asked, allowed } of warnings) {
    observer.warning(`${flag} ${asked} is more than the limit of open files allows: ${allowed}`, {
      service,
      flag,
      asked,
      allowed,
    })
  }
  return new App(config, services, {
    clock: systemClock,
    random: systemRandom,
    wallTime,
    observer,
    linesDropped: () => sink.linesDropped,
    version: packageVersion,
    node: nodeVersion,
  })
}
