import { parseBackend } from './backend-spec.js'
import type { Config } from './config.js'
import { checkProcess, fitToDatapath } from './datapath-checks.js'
import { DEFAULT_NAME, flagName, flagOfKey, keyOfFlag, PROCESS_FLAGS, type Flags } from './flag-values.js'
import type { Given, Place, Settings } from './given.js'
import { probeSettings } from './probe-spec.js'
import { readProcess } from './process.js'
import { readService, type GivenService } from './service.js'

/** Reads the flags of the command line. Throws a `ConfigError` for the first one that cannot be used. */
export function parseFlags(flags: Flags): Config {
  const { name = DEFAULT_NAME, listen, backend, allow, deny, ...single } = flags
  const [ofProcess, ofService] = split(single)
  const given: GivenService = {
    name: { path: flagName('name'), text: name },
    listen: givenTexts('listen', listen),
    backends: givenTexts('backend', backend).map(parseBackend),
    allow: givenTexts('allow', allow),
    deny: givenTexts('deny', deny),
    settings: flagSettings(ofService),
  }
  const service = readService(given)
  const settings = flagSettings(ofProcess)
  const ofAll = readProcess(settings)
  checkProcess(ofAll, settings)
  return { services: [fitToDatapath(service, given, ofAll.datapath)], ...ofAll, source: 'flags' }
}

function givenTexts(flag: keyof Flags, texts: readonly string[] = []): readonly Given[] {
  return texts.map(text => ({ path: flagName(flag), text }))
}

type SingleFlags = Omit<Flags, 'name' | 'listen' | 'backend' | 'allow' | 'deny'>

/** The flags that take one value as settings. */
export function flagSettings({ probe, admin, accessLog, preserveSource, ...flags }: SingleFlags): Settings {
  const given = new Map<string, Given>()
  for (const [flag, text] of Object.entries(flags)) {
    given.set(keyOfFlag(flag as keyof Flags), { path: flagName(flag as keyof Flags), text })
  }
  const ofProbe = probe === undefined ? undefined : probeSettings({ path: flagName('probe'), text: probe })
  for (const [key, value] of ofProbe?.given ?? []) given.set(`probe.${key}`, value)
  if (admin !== undefined)
    given.set('admin', { path: flagName('admin'), text: admin === false ? 'off' : 'on' })
  if (typeof admin === 'string') given.set('admin.address', { path: flagName('admin'), text: admin })
  for (const [flag, isOn] of Object.entries({ accessLog, preserveSource })) {
    if (isOn !== undefined)
      given.set(flag, { path: flagName(flag as keyof Flags), text: isOn ? 'on' : 'off' })
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
