import { readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { App } from './app.js'
import { systemClock, systemRandom, wallTime } from './clock.js'
import type { Config } from './config/config.js'
import { parseFdLimit } from './config/fd-limit.js'
import { createLog } from './observe/log.js'
import type { Sink } from './observe/sink.js'
import { resolveServices, type Host, type Resolved } from './resolve.js'
import { nodeVersion, packageVersion } from './version.js'

/** What is assumed where the system does not say how many files may be open: the usual default of one process. */
const USUAL_FD_LIMIT = 1024

/** What this process may use. */
export async function thisHost(): Promise<Host> {
  const limits = await readFile('/proc/self/limits', 'latin1').catch(() => '')
  return {
    fdLimit: parseFdLimit(limits) ?? USUAL_FD_LIMIT,
    cores: availableParallelism(),
    node: nodeVersion,
  }
}

/**
 * An app of this process that logs to `sink`, which stays the caller's. Nothing is bound yet. Rejects with a
 * ConfigError when a host has no address.
 *
 * @param isTerminal whether people read the log as it is written
 * @param threading `inline` = one worker is the calling thread itself
 */
export async function openApp(
  config: Config,
  sink: Sink,
  isTerminal: boolean,
  threading: 'threads' | 'inline' = 'threads',
): Promise<App> {
  const { services, workers, warnings } = await resolveServices(config, await thisHost())
  const { level, format } = config.log
  const observer = await createLog({
    level,
    format: format === 'auto' ? (isTerminal ? 'pretty' : 'json') : format,
    accessLog: config.accessLog,
    sink,
    clock: systemClock,
  })
  for (const warning of warnings) observer.warning(warningText(warning), { ...warning })
  return new App(config, services, {
    clock: systemClock,
    random: systemRandom,
    wallTime,
    observer,
    linesDropped: () => sink.linesDropped,
    version: packageVersion,
    node: nodeVersion,
    workers: threading === 'inline' && workers === 1 ? 'inline' : workers,
  })
}

function warningText(warning: Resolved['warnings'][number]): string {
  if (warning.flag === '--workers')
    return `${warning.path} ${warning.asked} is many for ${warning.cores} cores: more threads than cores only get in each other's way`
  return `${warning.path} ${warning.asked} is more than the limit of open files allows: ${warning.allowed}`
}
