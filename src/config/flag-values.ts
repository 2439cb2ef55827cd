/** The flags of the command line as they were typed, by their names in camelCase. What was not given is absent. */
export interface Flags {
  readonly listen?: readonly string[]
  readonly backend?: readonly string[]
  readonly balance?: string
  readonly name?: string
  readonly probe?: string
  readonly probeInterval?: string
  readonly probeTimeout?: string
  readonly probeRise?: string
  readonly probeFall?: string
  readonly probeFastInterval?: string
  readonly probeDownInterval?: string
  readonly passive?: string
  readonly closeOn?: string
  readonly udpOnDown?: string
  readonly failbackDelay?: string
  readonly slowStart?: string
  readonly connectTimeout?: string
  readonly connectAttempts?: string
  readonly hold?: string
  readonly idleTimeout?: string
  readonly finTimeout?: string
  readonly udpIdleTimeout?: string
  readonly drainTimeout?: string
  readonly maxConnections?: string
  readonly maxUdpSessions?: string
  readonly sendSource?: string
  readonly preserveSource?: boolean
  readonly allow?: readonly string[]
  readonly deny?: readonly string[]
  readonly maxConnectionsPerClient?: string
  readonly connectionRatePerClient?: string
  readonly workers?: string
  readonly datapath?: string
  /** false = no admin server. */
  readonly admin?: string | false
  readonly adminTokenFile?: string
  readonly journal?: string
  readonly accessLog?: boolean
  readonly logLevel?: string
  readonly logFormat?: string
}

/** The name of the service that flags describe. */
export const DEFAULT_NAME = 'default'

/** The flags that hold for all services, and may stand beside a config file. */
export const PROCESS_FLAGS: ReadonlySet<string> = new Set([
  'admin',
  'adminTokenFile',
  'workers',
  'datapath',
  'logLevel',
  'logFormat',
  'drainTimeout',
  'accessLog',
  'journal',
] satisfies readonly (keyof Flags)[])

/** The flag as it is typed: `--probe-interval`. */
export function flagName(flag: keyof Flags): string {
  return `--${kebabCase(flag)}`
}

/** A name in camelCase as it is typed: `probe-interval`. */
export function kebabCase(name: string): string {
  return name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)
}

/** The key of a config file that says what a flag says: `probe.interval`. */
export function keyOfFlag(flag: keyof Flags): string {
  return (
    FLAG_KEYS.get(flag) ??
    flag.replace(
      /^(probe|log|admin)([A-Z])/,
      (_, group: string, letter: string) => `${group}.${letter.toLowerCase()}`,
    )
  )
}

/** The flag that says what a key says, as it is typed: what belongs to a probe's kind is part of `--probe`. */
export function flagOfKey(key: string): string {
  for (const [flag, other] of FLAG_KEYS) if (other === key) return `--${flag}`
  const [group, name = ''] = key.split('.')
  if (group === 'probe' && !PROBE_POLICY.has(name)) return '--probe'
  return `--${kebabCase(key).replace('.', '-')}`
}

const FLAG_KEYS: ReadonlyMap<string, string> = new Map([
  ['backend', 'backends'],
  ['probe', 'probe.kind'],
  ['admin', 'admin.address'],
])

/** The keys of a probe that each have a flag of their own. */
const PROBE_POLICY: ReadonlySet<string> = new Set([
  'interval',
  'timeout',
  'rise',
  'fall',
  'fastInterval',
  'downInterval',
])
