import { readNumber, readTime } from './time.js'

/** What the parameters of a `server` or `default-server` say. Times are milliseconds. */
export interface ServerParams {
  readonly weight?: number
  readonly maxconn?: number
  readonly rise?: number
  readonly fall?: number
  /** The port that is probed. */
  readonly port?: number
  readonly inter?: number
  readonly fastinter?: number
  readonly downinter?: number
  readonly slowstart?: number
  /** The local address of connections to it. */
  readonly source?: string
  readonly check?: boolean
  readonly backup?: boolean
  readonly disabled?: boolean
  readonly ssl?: boolean
  /** Its sessions end when it goes down. */
  readonly shutsDown?: boolean
}

type Tell = (parameter: string, text: string) => void

const NUMBERS = ['weight', 'maxconn', 'rise', 'fall', 'port'] as const
const TIMES = ['inter', 'fastinter', 'downinter', 'slowstart'] as const

const SWITCHES: Readonly<Record<string, ServerParams>> = {
  check: { check: true },
  'no-check': { check: false },
  backup: { backup: true },
  'no-backup': { backup: false },
  disabled: { disabled: true },
  enabled: { disabled: false },
  ssl: { ssl: true },
  'no-ssl': { ssl: false },
}

const LATER = 'the PROXY protocol is not in this version'
const NO_TLS = 'evenkeel speaks no TLS'
const NAMES = 'names are looked up once, at start'
const NO_AGENT = 'agents are not asked: probe with exec'
const HTTP = 'HTTP is not read'

/** The other parameters without a value, and why they are not carried over; '' is nothing worth telling. */
const BARE: Readonly<Record<string, string>> = {
  'send-proxy': LATER,
  'send-proxy-v2': LATER,
  'send-proxy-v2-ssl': LATER,
  'send-proxy-v2-ssl-cn': LATER,
  'check-send-proxy': LATER,
  'no-send-proxy': '',
  'no-send-proxy-v2': '',
  'check-ssl': 'probes speak no TLS: the probe connects in clear',
  'no-check-ssl': '',
  'check-via-socks4': 'SOCKS is not spoken',
  'agent-check': NO_AGENT,
  'no-agent-check': '',
  'non-stick': 'there are no stick tables',
  tfo: 'TCP fast open is not used',
  allow0rtt: NO_TLS,
  'force-tlsv12': NO_TLS,
  'force-tlsv13': NO_TLS,
  'no-tls-tickets': NO_TLS,
  'no-verifyhost': NO_TLS,
}

/** The other parameters with a value. */
const VALUED: Readonly<Record<string, string>> = {
  id: '',
  cookie: HTTP,
  addr: 'probes go to the address of the server: port= alone can differ',
  minconn: 'limits do not move with the load: maxconn alone is carried over',
  maxqueue: 'nobody queues for one server: hold parks clients',
  track: 'it is probed by itself here',
  'agent-port': NO_AGENT,
  'agent-inter': NO_AGENT,
  'agent-addr': NO_AGENT,
  'agent-send': NO_AGENT,
  'error-limit': 'failed connects count towards fall',
  'on-error': 'failed connects count towards fall, and ask for a probe at once',
  'on-marked-up': 'sessions stay with the backups: failbackDelay says when new ones return',
  resolvers: NAMES,
  'resolve-prefer': 'IPv4 is preferred',
  'resolve-net': NAMES,
  'resolve-opts': NAMES,
  'init-addr': 'a name that has no address is an error at start',
  redir: HTTP,
  proto: HTTP,
  'check-proto': HTTP,
  'check-alpn': NO_TLS,
  'check-sni': NO_TLS,
  alpn: NO_TLS,
  npn: NO_TLS,
  sni: NO_TLS,
  verify: NO_TLS,
  verifyhost: NO_TLS,
  crt: NO_TLS,
  'ca-file': NO_TLS,
  'crl-file': NO_TLS,
  ciphers: NO_TLS,
  ciphersuites: NO_TLS,
  'ssl-min-ver': NO_TLS,
  'ssl-max-ver': NO_TLS,
  socks4: 'SOCKS is not spoken',
  'proxy-v2-options': LATER,
  'set-proxy-v2-tlv-fmt': LATER,
  'tcp-ut': 'no such timeout here: idleTimeout ends dead sessions',
  'log-proto': 'logs are not forwarded',
  namespace: 'start evenkeel in the network namespace',
  'pool-max-conn': HTTP,
  'pool-purge-delay': HTTP,
  'pool-low-conn': HTTP,
  'max-reuse': HTTP,
  ws: HTTP,
  interface: 'give the local address instead: sendSource',
  usesrc: 'connections never have the address of the client',
}

/** Reads the parameters on top of those that hold already. What cannot be carried over is told of. */
export function readServerParams(words: readonly string[], given: ServerParams, tell: Tell): ServerParams {
  let params = given
  for (let index = 0; index < words.length; index++) {
    const name = words[index] ?? ''
    const value = words[index + 1] ?? ''
    const change = Object.hasOwn(SWITCHES, name) ? SWITCHES[name] : readValue(name, value, tell)
    if (change !== undefined) params = { ...params, ...change }
    if (Object.hasOwn(SWITCHES, name)) continue
    if (change !== undefined || Object.hasOwn(VALUED, name)) index++
    const reason = change !== undefined ? '' : reasonFor(name)
    if (reason !== '') tell(name, reason)
  }
  return params
}

function reasonFor(name: string): string {
  if (Object.hasOwn(VALUED, name)) return VALUED[name] ?? ''
  return (Object.hasOwn(BARE, name) ? BARE[name] : undefined) ?? 'not known here'
}

/** What a parameter with a value changes; undefined when it is none of those that are carried over. */
function readValue(name: string, value: string, tell: Tell): ServerParams | undefined {
  const isNumber = NUMBERS.some(known => known === name)
  if (isNumber || TIMES.some(known => known === name)) {
    const read = isNumber ? readNumber(value) : readTime(value)
    if (read === undefined) tell(`${name} ${value}`, isNumber ? 'not a number' : 'not a time')
    return read === undefined ? {} : { [name]: read }
  }
  switch (name) {
    case 'source':
      return { source: value.replace(/:0?$/, '') }
    case 'on-marked-down':
      return { shutsDown: value === 'shutdown-sessions' }
    case 'observe':
      if (value !== 'layer4') tell(`${name} ${value}`, 'answers are not read: failed connects alone count')
      return {}
    default:
      return undefined
  }
}
