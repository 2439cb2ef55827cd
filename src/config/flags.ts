import { parseBackend } from './backend-spec.js'
import type { Config } from './config.js'
import { DEFAULT_NAME, flagName, flagOfKey, keyOfFlag, PROCESS_FLAGS, type Flags } from './flag-values.js'
import type { Given, Place, Settings } from './given.js'
import { probeSettings } from './probe-spec.js'
import { readProcess } from './process.js'
import { readService } from './service.js'

/** Reads the flags of the command line. Throws a `ConfigError` for the first one that cannot be used. */
export function parseFlags(flags: Flags): Config {
  const { name = DEFAULT_NAME, listen = [], backend = [], ...single } = flags
  const [ofProcess, ofService] = split(single)
  const service = readService({
    name: { path: flagName('name'), text: name },
    listen: listen.map(text => ({ path: flagName('listen'), text })),
    backends: backend.map(text => parseBackend({ path: flagName('backend'), text })),
    settings: flagSettings(ofService),
  })
  return { services: [service], ...readProcess(flagSettings(ofProcess)), source: 'flags' }
}

type SingleFlags = Omit<Flags, 'name' | 'listen' | 'backend'>

/** The flags that take one value as settings. */
export function flagSettings({ probe, admin, accessLog, ...flags }: SingleFlags): Settings {
  const given = new Map<string, Given>()
  for (const [flag, text] of Object.entries(flags)) {
    given.set(keyOfFlag(flag as keyof Flags), { path: flagName(flag as keyof Flags), text })
  }
  const ofProbe = probe === undefined ? undefined : probeSettings({ path: flagName('probe'), text: probe })
  for (const [key, value] of ofProbe?.given ?? []) given.set(`probe.${key}`, value)
  if (admin !== undefined)
    given.set('admin', { path: flagName('admin'), text: admin === false ? 'off' : 'on' })
  if (typeof admin === 'string') given.set('admin.address', { path: flagName('admin'), text: admin })
  if (accessLog !== undefined) {
    given.set('accessLog', { path: flagName('accessLog'), text: accessLog ? 'on' : 'off' })
  }
  const place = (key: string): Place => {
    const flag = flagOfKey(key)
    return flag === flagName('probe') && ofProbe ? ofProbe.place(key.replace('probe.', '')) : { path: flag }
  }
  return { given, place }
}

/** The flags of the process, and those of the service. */
function split(flags: SingleFlags): readonly [SingleFlags, SingleFlags] {
  const entries = Object.entries(flags).filter(([, value]) => value !== undefined)
  const isOfProcess = ([flag]: readonly [string, unknown]): boolean => PROCESS_FLAGS.has(flag)
  return [
    Object.fromEntries(entries.filter(isOfProcess)),
    Object.fromEntries(entries.filter(entry => !isOfProcess(entry))),
  ]
}
