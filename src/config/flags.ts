import { parseAddress } from './address.js'
import { ConfigError } from './config-error.js'
import { LOG_FORMATS, LOG_LEVELS, type Config } from './config.js'
import { readChoice, readDuration, readText, DEFAULTS, type Flags } from './flag-values.js'
import { readService } from './service-flags.js'
import { parseWorkers } from './workers.js'

/** Reads the flags of the command line. Throws a `ConfigError` for the first one that cannot be used. */
export function parseFlags(flags: Flags): Config {
  return {
    services: [readService(flags)],
    admin: readAdmin(flags),
    workers: parseWorkers('--workers', readText(flags, 'workers')),
    datapath: readDatapath(flags),
    drainTimeout: readDuration(flags, 'drainTimeout', 0),
    accessLog: flags.accessLog ?? false,
    log: {
      level: readChoice(flags, 'logLevel', LOG_LEVELS),
      format: readChoice(flags, 'logFormat', LOG_FORMATS),
    },
  }
}

function readAdmin({ admin = DEFAULTS.admin }: Flags): Config['admin'] {
  return admin === false ? undefined : parseAddress('--admin', admin, 'bind')
}

function readDatapath(flags: Flags): Config['datapath'] {
  const text = readText(flags, 'datapath')
  if (text === 'kernel') {
    throw new ConfigError('--datapath', text, 'the kernel datapath is not in this version (give userspace)')
  }
  return readChoice(flags, 'datapath', ['userspace'])
}
