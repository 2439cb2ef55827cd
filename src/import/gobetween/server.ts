import type { Algorithm } from '../../core/strategy/index.js'
import type { BackendDraft, ServiceDraft } from '../draft.js'
import { listenerUrl, portRange } from '../listeners.js'
import { readHealthcheck } from './health.js'
import type { Keys } from './keys.js'
import { aboveZero, longest } from '../timeouts.js'

const KNOWN = [
  'bind',
  'protocol',
  'balance',
  'max_connections',
  'client_idle_timeout',
  'backend_idle_timeout',
  'backend_connection_timeout',
  'discovery',
  'healthcheck',
]

const TOLD: Readonly<Record<string, string>> = {
  sni: 'nothing is routed by content',
  access: 'access lists are not in this version',
  proxy_protocol: 'the PROXY protocol is not in this version',
  udp: 'a session of UDP ends when it is idle, and its replies come from the listener',
  max_requests: 'a session of UDP ends when it is idle',
  max_responses: 'a session of UDP ends when it is idle',
  tls: '',
  backends_tls: '',
}

/** By weight means in turn here, with the same shares. */
const ALGORITHMS: Readonly<Record<string, Algorithm>> = {
  weight: 'round-robin',
  roundrobin: 'round-robin',
  leastconn: 'least-connections',
  iphash: 'ip-hash',
  iphash1: 'ip-hash',
}

/** The service of a `servers.NAME` table; undefined when it cannot be carried over, which is told. */
export function readServer(name: string, keys: Keys, defaults: Keys): ServiceDraft | undefined {
  const protocol = keys.text('protocol') ?? 'tcp'
  const leaveOut = (key: string, why: string): undefined => {
    keys.tell(key, `left out: ${why}`)
  }
  if (protocol !== 'tcp' && protocol !== 'udp') {
    return leaveOut('protocol', protocol === 'tls' ? 'evenkeel does not end TLS' : `${protocol} is not known`)
  }
  if (keys.has('backends_tls')) return leaveOut('backends_tls', 'evenkeel speaks no TLS to servers')
  const url = readBind(keys.text('bind') ?? '', protocol)
  if (url === undefined) return leaveOut('bind', 'it is no address with a port')
  const backends = readDiscovery(keys.inside('discovery'))
  if (backends === undefined) return undefined
  keys.tellOthers(KNOWN, TOLD)
  const given = (key: string): Keys => (keys.has(key) ? keys : defaults)
  const idle = longest(
    given('client_idle_timeout').duration('client_idle_timeout'),
    given('backend_idle_timeout').duration('backend_idle_timeout'),
  )
  if (protocol === 'udp' && idle === 0)
    keys.tell(undefined, 'a session of UDP always ends when it is idle: after 60s')
  const most = aboveZero(given('max_connections').number('max_connections'))
  const connect = aboveZero(given('backend_connection_timeout').duration('backend_connection_timeout'))
  return {
    name,
    line: keys.line(),
    subject: `servers.${name}`,
    listen: [url],
    balance: readBalance(keys),
    backends,
    probe: keys.has('healthcheck') ? readHealthcheck(keys.inside('healthcheck')) : { kind: 'none' },
    connectTimeout: protocol === 'tcp' ? connect : undefined,
    idleTimeout: protocol === 'tcp' ? idle : undefined,
    udpIdleTimeout: protocol === 'udp' ? aboveZero(idle) : undefined,
    maxConnections: protocol === 'tcp' ? most : undefined,
    maxUdpSessions: protocol === 'udp' ? most : undefined,
  }
}

function readBind(bind: string, protocol: 'tcp' | 'udp'): string | undefined {
  const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(bind) ?? []
  const [first] = portRange(port) ?? []
  if (first === undefined || bind.includes('://')) return undefined
  // Go binds both families where no host is given.
  return listenerUrl(protocol, host === '' ? '*' : host.replace(/^\[(.*)\]$/, '$1'), first)
}

function readBalance(keys: Keys): Algorithm | undefined {
  const name = keys.text('balance') ?? 'weight'
  if (name === 'leastbandwidth') {
    keys.tell('balance', 'bandwidth is not looked at; least-connections is used')
    return 'least-connections'
  }
  const algorithm = Object.hasOwn(ALGORITHMS, name) ? ALGORITHMS[name] : undefined
  if (algorithm === undefined) keys.tell('balance', `${name} is not known; round-robin is used`)
  return algorithm === 'round-robin' ? undefined : algorithm
}

/** undefined when the servers are not in the file. */
function readDiscovery(keys: Keys): readonly BackendDraft[] | undefined {
  const kind = keys.text('kind') ?? 'static'
  if (kind !== 'static') {
    keys.tell('kind', `left out: discovery by ${kind} is not known: list the servers`)
    return undefined
  }
  keys.tellOthers(['kind', 'static_list'], { interval: '', timeout: '', failpolicy: '' })
  const list = keys.has('static_list') ? keys.table['static_list'] : []
  const servers = (Array.isArray(list) ? list : []).filter(entry => typeof entry === 'string')
  const read = servers.map(entry => readBackend(entry, keys))
  const priorities = [...new Set(read.map(({ priority }) => priority))].sort((a, b) => a - b)
  if (priorities.length > 2)
    keys.tell('static_list', 'there are two tiers: all but the lowest priority are backups')
  return read.map(({ backend, priority }) => ({
    ...backend,
    backup: priority === priorities[0] ? undefined : true,
  }))
}

interface Prioritised {
  readonly backend: BackendDraft
  readonly priority: number
}

function readBackend(entry: string, keys: Keys): Prioritised {
  const [address = '', ...rest] = entry.trim().split(/\s+/)
  let weight: number | undefined
  let priority = 1
  for (const parameter of rest) {
    const [, key, digits] = /^(weight|priority)=(\d{1,9})$/.exec(parameter) ?? []
    if (key === 'weight') weight = Number(digits)
    else if (key === 'priority') priority = Number(digits)
    else keys.tell('static_list', `${address}: ${parameter} is not carried over`)
  }
  const isDrained = weight === 0
  return {
    backend: { address, weight: isDrained ? undefined : weight, state: isDrained ? 'drain' : undefined },
    priority,
  }
}
