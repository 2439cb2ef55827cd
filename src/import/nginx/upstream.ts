import type { Algorithm } from '../../core/strategy/index.js'
import type { BackendDraft } from '../draft.js'
import type { Notes } from '../notes.js'
import type { Directive } from './blocks.js'
import { hasVariable, readNumber, readParameters, readTime } from './values.js'

/** A group of servers, or the one that `proxy_pass` names. */
export interface Upstream {
  readonly balance: Algorithm | undefined
  readonly backends: readonly BackendDraft[]
  /** `max_fails` of the first server; undefined = 1. */
  readonly maxFails: number | undefined
  /** `fail_timeout` of the first server in milliseconds; undefined = 10 s. */
  readonly failTimeout: number | undefined
  readonly slowStart: number | undefined
}

const TOLD_PARAMETERS: Readonly<Record<string, string>> = {
  resolve: 'names are looked up once, at start',
  service: 'names are looked up once, at start: list the servers',
  route: 'nothing is routed by content',
  drain: 'set state: drain',
}

const TOLD: Readonly<Record<string, string>> = {
  zone: '',
  state: 'changes made while it runs are not kept: write the servers',
  least_time: '',
  resolver: 'the hosts file and DNS of the system are asked',
  resolver_timeout: 'the hosts file and DNS of the system are asked',
  keepalive: 'HTTP is not read',
  ip_hash: 'HTTP is not read: hash $remote_addr is the one of stream',
}

interface Read {
  readonly backend: BackendDraft
  readonly line: number
  readonly maxFails: number | undefined
  readonly failTimeout: number | undefined
  readonly slowStart: number | undefined
}

/** Reads an `upstream` block. What cannot be carried over is told of. */
export function readUpstream(upstream: Directive, notes: Notes): Upstream {
  const servers: Read[] = []
  let balance: Algorithm | undefined
  for (const directive of upstream.block ?? []) {
    const { line, name, args } = directive
    const tell = (text: string): void => notes.add(line, [name, ...args].join(' '), text)
    if (name === 'server') {
      const server = readServer(directive, notes)
      if (server !== undefined) servers.push(server)
    } else if (['least_conn', 'least_time', 'hash', 'random'].includes(name)) {
      balance = readBalance(name, args, tell) ?? balance
    } else {
      const why = Object.hasOwn(TOLD, name) ? TOLD[name] : 'not known here'
      if (why !== undefined && why !== '') tell(why)
    }
  }
  const [first, ...others] = servers
  for (const key of ['maxFails', 'failTimeout', 'slowStart'] as const) {
    for (const { line, backend, [key]: value } of others) {
      if (value === first?.[key]) continue
      notes.add(
        line,
        `server ${backend.address}`,
        `${PARAMETERS[key]} is the same for all servers of a service: as the first has it`,
      )
    }
  }
  return {
    balance,
    backends: servers.map(({ backend }) => backend),
    maxFails: first?.maxFails,
    failTimeout: first?.failTimeout,
    slowStart: first?.slowStart,
  }
}

const PARAMETERS = { maxFails: 'max_fails', failTimeout: 'fail_timeout', slowStart: 'slow_start' } as const

function readServer({ line, args }: Directive, notes: Notes): Read | undefined {
  const [address = '', ...rest] = args
  notes.made('servers', 1, line)
  const tell = (parameter: string, text: string): void =>
    notes.add(line, `server ${address}${parameter === '' ? '' : `: ${parameter}`}`, text)
  if (hasVariable(address)) {
    tell('', 'left out: variables are not known')
    return undefined
  }
  const parameters = readParameters(rest)
  for (const [key, value] of parameters) {
    if (KNOWN.has(key)) continue
    tell(value === '' ? key : `${key}=${value}`, TOLD_PARAMETERS[key] ?? 'not known here')
  }
  const time = (key: string): number | undefined => {
    const text = parameters.get(key)
    const millis = text === undefined ? undefined : readTime(text)
    if (text !== undefined && millis === undefined) tell(`${key}=${text}`, 'not a time')
    return millis
  }
  const maxConns = readNumber(parameters.get('max_conns'))
  return {
    line,
    backend: {
      address: address.replace(/^unix:(?:\/\/)?(?=\/)/, 'unix:'),
      weight: readNumber(parameters.get('weight')),
      backup: parameters.has('backup') ? true : undefined,
      // 0 is no limit.
      maxConnections: maxConns === 0 ? undefined : maxConns,
      state: parameters.has('down') ? 'maintenance' : undefined,
    },
    maxFails: readNumber(parameters.get('max_fails')),
    failTimeout: time('fail_timeout'),
    slowStart: time('slow_start'),
  }
}

const KNOWN: ReadonlySet<string> = new Set([
  'weight',
  'max_conns',
  'max_fails',
  'fail_timeout',
  'slow_start',
  'backup',
  'down',
])

function readBalance(
  name: string,
  args: readonly string[],
  tell: (text: string) => void,
): Algorithm | undefined {
  if (name === 'least_conn') return 'least-connections'
  if (name === 'least_time') return 'least-latency'
  if (name === 'hash') {
    if (/^\$\{?(binary_)?remote_addr\}?$/.test(args[0] ?? '')) return 'ip-hash'
    tell('clients can be hashed by their address alone; round-robin is used')
    return undefined
  }
  if (args[1]?.startsWith('least_time') === true)
    tell('the one with fewer connections of two is taken, not the quicker')
  else if (args[0] !== 'two') tell('the better of two drawn at random is taken: random-two')
  return 'random-two'
}
