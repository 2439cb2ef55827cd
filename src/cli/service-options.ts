import { Option, type Command } from 'commander'
import { DEFAULTS } from '../config/defaults.js'
import { DESCRIPTIONS } from '../config/descriptions.js'
import { DEFAULT_NAME, flagName, keyOfFlag, type Flags } from '../config/flag-values.js'

/** Without a text it is the one that config files have for the same key. */
type Described = readonly [flag: keyof Flags, syntax: string, text?: string]

const GROUPS: Readonly<Record<string, readonly Described[]>> = {
  'Listeners and backends:': [
    [
      'listen',
      '-l, --listen <url>',
      'tcp://HOST:PORT, udp://HOST:PORT or unix:PATH; HOST:PORT means tcp, :PORT all addresses, port 0 any free port; repeatable',
    ],
    [
      'backend',
      '-b, --backend <spec>',
      'HOST:PORT or unix:PATH, then any of ,weight=1..256 ,backup ,name=ID ,max-connections=N ,state=ready|drain|maintenance; repeatable',
    ],
    ['name', '--name <id>', `name of the service in logs and metrics (default: ${DEFAULT_NAME})`],
    ['sendSource', '--send-source <address>'],
    ['preserveSource', '--preserve-source'],
  ],
  'Balancing:': [
    ['balance', '-a, --balance <algorithm>'],
    ['failbackDelay', '--failback-delay <duration>'],
    ['slowStart', '--slow-start <duration>'],
  ],
  'Health:': [
    [
      'probe',
      '--probe <spec>',
      'none, tcp[,send=…][,expect=…], udp,send=…[,expect=…], http,path=/…[,status=200][,body=…] or exec,command=…; port=N probes another port (default: tcp, or none with only udp listeners)',
    ],
    ['probeInterval', '--probe-interval <duration>'],
    ['probeTimeout', '--probe-timeout <duration>'],
    ['probeRise', '--probe-rise <n>'],
    ['probeFall', '--probe-fall <n>'],
    ['probeFastInterval', '--probe-fast-interval <duration>'],
    ['probeDownInterval', '--probe-down-interval <duration>'],
    ['passive', '--passive <on|off>'],
    [
      'closeOn',
      '--close-on <causes>',
      'dead, demoted, lagging, drain (comma list) or none: reset the TCP sessions of a backend that leaves for these causes',
    ],
  ],
  'Sessions:': [
    ['connectTimeout', '--connect-timeout <duration>'],
    ['connectAttempts', '--connect-attempts <n>'],
    ['hold', '--hold <duration>'],
    ['idleTimeout', '--idle-timeout <duration>'],
    ['finTimeout', '--fin-timeout <duration>'],
    ['maxConnections', '--max-connections <n>'],
  ],
  'UDP:': [
    ['udpIdleTimeout', '--udp-idle-timeout <duration>'],
    ['udpOnDown', '--udp-on-down <action>'],
    ['maxUdpSessions', '--max-udp-sessions <n>'],
  ],
  'Access and limits:': [
    ['allow', '--allow <cidr>', `${DESCRIPTIONS.allow}; repeatable`],
    ['deny', '--deny <cidr>', `${DESCRIPTIONS.deny}; repeatable`],
    ['maxConnectionsPerClient', '--max-connections-per-client <n>'],
    ['connectionRatePerClient', '--connection-rate-per-client <n>/<s|m>'],
  ],
  'Process:': [
    ['admin', '--admin <address>'],
    ['admin', '--no-admin', 'no admin server'],
    ['adminTokenFile', '--admin-token-file <path>'],
    ['drainTimeout', '--drain-timeout <duration>'],
    ['accessLog', '--access-log'],
    ['journal', '--journal <file>'],
    ['logLevel', '--log-level <level>'],
    ['logFormat', '--log-format <format>'],
    ['workers', '--workers <n|auto>'],
    ['datapath', '--datapath <path>'],
  ],
}

const REPEATABLE: readonly (keyof Flags)[] = ['listen', 'backend', 'allow', 'deny']

const TEXTS: Readonly<Record<string, string>> = DESCRIPTIONS
const DEFAULT_TEXTS: Readonly<Record<string, string>> = DEFAULTS

/** Declares the flags of a service and of the process on a command; `Flags` is the type of its `opts()`. */
export function addServiceOptions(command: Command): Command {
  command.addOption(
    new Option(
      '-c, --config <file>',
      'a .yaml, .yml or .json file with the services, instead of their flags',
    ).helpGroup('Config file:'),
  )
  for (const [group, flags] of Object.entries(GROUPS)) {
    for (const described of flags) command.addOption(toOption(described).helpGroup(group))
  }
  return command
}

function toOption([flag, syntax, own]: Described): Option {
  const key = keyOfFlag(flag)
  const text = own ?? TEXTS[key] ?? ''
  const fallback = syntax.includes(`${flagName(flag)} `) ? DEFAULT_TEXTS[key] : undefined
  // Described rather than set: what was not given must stay absent, so that parsing can tell.
  const option = new Option(syntax, fallback === undefined ? text : `${text} (default: ${fallback})`)
  if (!REPEATABLE.includes(flag)) return option
  return option.argParser((value: string, before: readonly string[] = []) => [...before, value])
}
