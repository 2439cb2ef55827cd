import { Option, type Command } from 'commander'
import { DEFAULTS, flagName, type Flags } from '../config/flag-values.js'

type Described = readonly [flag: keyof Flags, syntax: string, text: string]

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
    ['name', '--name <id>', 'name of the service in logs and metrics'],
    [
      'sendSource',
      '--send-source <address>',
      "local address of backend connections (default: the system's choice)",
    ],
  ],
  'Balancing:': [
    [
      'balance',
      '-a, --balance <algorithm>',
      'round-robin, least-connections, ip-hash, random-two or least-latency',
    ],
    [
      'failbackDelay',
      '--failback-delay <duration>',
      'how long primaries must be up before traffic leaves the backups',
    ],
    ['slowStart', '--slow-start <duration>', 'ramp up the weight of a backend that came back; 0s is off'],
  ],
  'Health:': [
    [
      'probe',
      '--probe <spec>',
      'none, tcp[,send=…][,expect=…], udp,send=…[,expect=…], http,path=/…[,status=200][,body=…] or exec,command=…; port=N probes another port (default: tcp, or none with only udp listeners)',
    ],
    ['probeInterval', '--probe-interval <duration>', 'time between two probes of a backend'],
    ['probeTimeout', '--probe-timeout <duration>', 'time a probe may take, at most the interval'],
    ['probeRise', '--probe-rise <n>', 'consecutive passes that bring a backend up'],
    ['probeFall', '--probe-fall <n>', 'consecutive failures that take a backend down'],
    [
      'probeFastInterval',
      '--probe-fast-interval <duration>',
      'interval while results contradict the state (default: the interval)',
    ],
    [
      'probeDownInterval',
      '--probe-down-interval <duration>',
      'interval while a backend is down (default: the interval)',
    ],
    ['passive', '--passive <on|off>', 'count failed connects and ICMP refusals as failed probes'],
    [
      'closeOn',
      '--close-on <causes>',
      'dead, demoted, lagging, drain (comma list) or none: reset the TCP sessions of a backend that leaves for these causes',
    ],
  ],
  'Sessions:': [
    ['connectTimeout', '--connect-timeout <duration>', 'time for one connect to a backend'],
    ['connectAttempts', '--connect-attempts <n>', 'backends tried for one client'],
    ['hold', '--hold <duration>', 'park new TCP clients this long while no backend is eligible'],
    ['idleTimeout', '--idle-timeout <duration>', 'end a TCP session without a byte; 0 is never'],
    ['finTimeout', '--fin-timeout <duration>', 'end a half-closed session without a byte; 0 is never'],
    [
      'maxConnections',
      '--max-connections <n>',
      'TCP sessions at once (default: from the limit of open files)',
    ],
  ],
  'UDP:': [
    ['udpIdleTimeout', '--udp-idle-timeout <duration>', 'end a UDP session without a datagram'],
    ['udpOnDown', '--udp-on-down <action>', 'rehome, drop or pin the sessions of a backend that is down'],
    ['maxUdpSessions', '--max-udp-sessions <n>', 'UDP sessions at once, within the limit of open files'],
  ],
  'Process:': [
    ['admin', '--admin <address>', 'HOST:PORT or unix:PATH of the admin server'],
    ['admin', '--no-admin', 'no admin server'],
    ['drainTimeout', '--drain-timeout <duration>', 'time that sessions have to end on SIGTERM'],
    ['accessLog', '--access-log', 'log one event per finished session'],
    ['logLevel', '--log-level <level>', 'trace, debug, info, warn, error, fatal or silent'],
    ['logFormat', '--log-format <format>', 'json, pretty or auto: pretty on a terminal, else json'],
    ['workers', '--workers <n|auto>', 'data threads; more than one needs Node.js 22.12'],
    ['datapath', '--datapath <path>', 'what moves the bytes; this version has userspace'],
  ],
}

const REPEATABLE: readonly (keyof Flags)[] = ['listen', 'backend']

const DEFAULT_TEXTS: Flags = DEFAULTS

/** Declares the flags of a service and of the process on a command; `Flags` is the type of its `opts()`. */
export function addServiceOptions(command: Command): Command {
  for (const [group, flags] of Object.entries(GROUPS)) {
    for (const described of flags) command.addOption(toOption(described).helpGroup(group))
  }
  return command
}

function toOption([flag, syntax, text]: Described): Option {
  const fallback = syntax.includes(`${flagName(flag)} `) ? DEFAULT_TEXTS[flag] : undefined
  // Described rather than set: what was not given must stay absent, so that parsing can tell.
  const option = new Option(syntax, typeof fallback === 'string' ? `${text} (default: ${fallback})` : text)
  if (!REPEATABLE.includes(flag)) return option
  return option.argParser((value: string, before: readonly string[] = []) => [...before, value])
}
