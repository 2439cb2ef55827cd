import { portRange } from '../listeners.js'
import type { Notes } from '../notes.js'
import { readBindAddress } from './address.js'
import type { Statement } from './sections.js'

const IN_CLEAR = 'left out: evenkeel does not end TLS, and without it clients would be served in clear'

/** The parameters that have a value, and why they are not carried over; '' is nothing worth telling. */
const VALUED: Readonly<Record<string, string>> = {
  name: '',
  id: '',
  maxconn: 'a listener has no limit of its own: set maxConnections of the service',
  backlog: 'the backlog is not set here',
  interface: 'bind to the address of the interface instead',
  mode: 'the mode of the socket file comes from the umask',
  user: 'the owner of the socket file is that of the process',
  group: 'the owner of the socket file is that of the process',
  uid: 'the owner of the socket file is that of the process',
  gid: 'the owner of the socket file is that of the process',
  thread: 'each data thread has its own sockets: set workers',
  process: 'each data thread has its own sockets: set workers',
  shards: 'each data thread has its own sockets: set workers',
  namespace: 'start evenkeel in the network namespace',
  mss: 'the segment size is not set here',
  'tcp-ut': 'no such timeout here: idleTimeout ends dead sessions',
  nice: 'sessions have no priorities here',
  level: 'the admin server has its own rights',
  'guid-prefix': '',
}

const BARE: Readonly<Record<string, string>> = {
  v4v6: '',
  v6only: '',
  'accept-proxy': 'the PROXY protocol is not in this version: the header would reach the servers as data',
  'accept-netscaler-cip': 'the CIP protocol is not known: the header would reach the servers as data',
  'defer-accept': 'clients are accepted at once',
  tfo: 'TCP fast open is not used',
  transparent: 'only addresses of this machine can be bound',
}

/** The listeners of a `bind`, as URLs. What it asks for beyond them is told of. */
export function readBind({ line, words }: Statement, notes: Notes): readonly string[] {
  const [, addresses = '', ...parameters] = words
  const subject = `bind ${addresses}`
  if (parameters.includes('ssl')) {
    notes.add(line, `${subject} ssl`, IN_CLEAR)
    return []
  }
  for (let index = 0; index < parameters.length; index++) {
    const parameter = parameters[index] ?? ''
    const isValued = Object.hasOwn(VALUED, parameter)
    const reason = isValued
      ? VALUED[parameter]
      : Object.hasOwn(BARE, parameter)
        ? BARE[parameter]
        : 'not known here'
    if (reason !== '' && reason !== undefined) notes.add(line, `${subject}: ${parameter}`, reason)
    if (isValued) index++
  }
  return addresses.split(',').flatMap(address => {
    const read = readBindAddress(address, parameters.includes('v4v6'))
    if ('urls' in read) {
      notes.made('listeners', read.urls.length, line)
      return read.urls
    }
    notes.add(line, subject, `${address === '' ? 'an address' : address} ${read.problem}`)
    return []
  })
}

/** The one port that the listeners share; undefined when there are several. */
export function onlyPort(urls: readonly string[]): number | undefined {
  const ports = new Set(urls.map(url => /:(\d+)$/.exec(url)?.[1]))
  const [port] = ports
  return ports.size === 1 && port !== undefined ? portRange(port)?.[0] : undefined
}
