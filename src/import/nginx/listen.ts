import { listenerUrl, portRange } from '../listeners.js'
import type { Notes } from '../notes.js'
import type { Directive } from './blocks.js'
import { hasVariable, readParameters } from './values.js'

/** The parameters that are not carried over, and why; '' is nothing worth telling. */
const TOLD: Readonly<Record<string, string>> = {
  udp: '',
  reuseport: '',
  bind: '',
  so_keepalive: '',
  ipv6only: '',
  default_server: '',
  proxy_protocol: 'the PROXY protocol is not in this version: the header would reach the servers as data',
  backlog: 'the backlog is not set here',
  rcvbuf: 'the size of buffers is not set here',
  sndbuf: 'the size of buffers is not set here',
  fastopen: 'TCP fast open is not used',
  deferred: 'clients are accepted at once',
  accept_filter: 'clients are accepted at once',
  setfib: 'routing tables are not chosen',
}

/** The listeners of a `listen` directive, as URLs. What it asks for beyond them is told of. */
export function readListen({ line, args }: Directive, notes: Notes): readonly string[] {
  const [address = '', ...rest] = args
  const parameters = readParameters(rest)
  const leaveOut = (why: string): readonly string[] => {
    notes.add(line, `listen ${args.join(' ')}`, `left out: ${why}`)
    return []
  }
  if (parameters.has('ssl'))
    return leaveOut('evenkeel does not end TLS, and without it clients would be served in clear')
  if (hasVariable(address)) return leaveOut('variables are not known')
  const urls = readAddress(address, parameters)
  if (urls === undefined)
    return leaveOut('not a port, an address with a port, or a range of at most 1000 ports')
  notes.made('listeners', urls.length, line)
  for (const [key, value] of parameters) {
    const why = Object.hasOwn(TOLD, key) ? TOLD[key] : 'not known here'
    if (why !== undefined && why !== '')
      notes.add(line, `listen ${address}: ${key}${value === '' ? '' : `=${value}`}`, why)
  }
  return urls
}

function readAddress(
  address: string,
  parameters: ReadonlyMap<string, string>,
): readonly string[] | undefined {
  if (address.startsWith('unix:')) return [address]
  const [, host = '', port = ''] = /^(?:(\[[^\]]*\]|[^[\]:]*):)?([\d-]+)$/.exec(address) ?? []
  const ports = portRange(port)
  if (ports === undefined) return undefined
  const bare = host.replace(/^\[(.*)\]$/, '$1').replace(/^\*$/, '')
  const reached = bare === '::' && parameters.get('ipv6only') === 'off' ? '*' : bare
  const protocol = parameters.has('udp') ? 'udp' : 'tcp'
  return ports.map(each => listenerUrl(protocol, reached, each))
}
