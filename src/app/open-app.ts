import { readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { App } from './app.js'
import { systemClock, systemRandom, wallTime } from '../clock.js'
import type { ConfigSource } from '../config/config-source.js'
import { parseFdLimit } from '../config/fd-limit.js'
import { createLog } from '../observe/log.js'
import type { Sink } from '../observe/sink.js'
import { inKernel, inline, onThreads } from './datapaths.js'
import { openJournal } from './open-journal.js'
import { resolveServices, type Host } from './resolve.js'
import { nodeVersion, packageVersion } from '../version.js'
import { describeWarning } from './warnings.js'

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
 * An app of this process that logs to `sink`, which stays the caller's. Nothing is bound yet. Rejects with a ConfigError
 * for what the source has and cannot be used, such as a host that has no address, and with a StartError when the journal
 * cannot be written.
 *
 * @param isTerminal whether people read the log as it is written
 * @param threading `inline` = one worker is the calling thread itself
 */
export async function openApp(
  source: ConfigSource,
  sink: Sink,
  isTerminal: boolean,
  threading: 'threads' | 'inline' = 'threads',
): Promise<App> {
  const config = await source.load()
  const { services, workers, descriptors, warnings } = await resolveServices(config, await thisHost())
  const { level, format } = config.log
  const log = await createLog({
    level,
    format: format === 'auto' ? (isTerminal ? 'pretty' : 'json') : format,
    sink,
    clock: systemClock,
  })
  const { observer } = log
  const isInline = threading === 'inline' && workers === 1
  const journal = await openJournal(config.journal, config.paths.journal, text => observer.warning(text, {}))
  for (const warning of warnings) observer.warning(describeWarning(warning), { ...warning })
  return new App(config, services, {
    clock: systemClock,
    random: systemRandom,
    wallTime,
    observer,
    setLogLevel: log.setLevel,
    journal,
    source,
    host: thisHost,
    linesDropped: () => sink.linesDropped,
    version: packageVersion,
    node: nodeVersion,
    descriptors,
    createDataPath: config.datapath === 'kernel' ? await inKernel() : isInline ? inline : onThreads(workers),
    workers,
  })
}
