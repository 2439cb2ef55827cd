import { parseAddress } from './address.js'
import { DATAPATHS, LOG_FORMATS, LOG_LEVELS, type ProcessConfig } from './config.js'
import { parseGiven, wrong, type Settings } from './given.js'
import { readChoice, readDuration, readSwitch, readText } from './readers.js'
import { parseWorkers } from './workers.js'

/** Reads what holds for all services; throws a ConfigError for the first thing that cannot be used. */
export function readProcess(settings: Settings): ProcessConfig {
  const pathOf = (key: string): string => settings.given.get(key)?.path ?? settings.place(key).path
  return {
    admin: readAdmin(settings),
    workers: parseGiven(readText(settings, 'workers'), parseWorkers),
    datapath: readChoice(settings, 'datapath', DATAPATHS),
    drainTimeout: readDuration(settings, 'drainTimeout', 0),
    accessLog: readSwitch(settings, 'accessLog'),
    log: {
      level: readChoice(settings, 'log.level', LOG_LEVELS),
      format: readChoice(settings, 'log.format', LOG_FORMATS),
    },
    journal: readFileName(settings, 'journal'),
    paths: {
      admin: pathOf('admin.address'),
      tokenFile: pathOf('admin.tokenFile'),
      workers: pathOf('workers'),
      journal: pathOf('journal'),
    },
  }
}

function readAdmin(settings: Settings): ProcessConfig['admin'] {
  // Looked at in any case: what is wrong is told even if nothing uses it.
  const address = parseGiven(readText(settings, 'admin.address'), (path, text) =>
    parseAddress(path, text, 'bind'),
  )
  const tokenFile = readFileName(settings, 'admin.tokenFile')
  return readSwitch(settings, 'admin') ? { address, tokenFile } : undefined
}

function readFileName({ given }: Settings, key: string): string | undefined {
  const name = given.get(key)
  if (name?.text === '') throw wrong(name, 'no file name')
  if (name?.text.includes('\0')) throw wrong(name, 'contains a NUL character')
  return name?.text
}
