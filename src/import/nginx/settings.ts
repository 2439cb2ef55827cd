import type { Notes } from '../notes.js'
import type { Directive } from './blocks.js'
import { hasVariable, readNumber, readTime } from './values.js'

/** What a `server` says of its sessions, with what it inherits. Times are milliseconds. */
export interface Settings {
  readonly connectTimeout?: number
  /** Between two bytes of TCP, and of a UDP session. */
  readonly timeout?: number
  readonly source?: string | undefined
  /** Servers tried for one client; undefined = nothing is said. */
  readonly tries?: number
  readonly probe?: {
    readonly interval?: number
    readonly rise?: number
    readonly fall?: number
    readonly port?: number
  }
}

const LATER = 'not in this version'
const LOGS = 'events go to standard output: accessLog: true logs each session'
const NO_TLS = 'evenkeel speaks no TLS'
const VARIABLES = 'there are no variables'

/** Directives that are not carried over, and why or what to do; '' is nothing worth telling. */
const TOLD: Readonly<Record<string, string>> = {
  tcp_nodelay: '',
  proxy_socket_keepalive: '',
  proxy_protocol: `the PROXY protocol is ${LATER}`,
  proxy_protocol_timeout: `the PROXY protocol is ${LATER}`,
  set_real_ip_from: `the PROXY protocol is ${LATER}`,
  allow: `access lists are ${LATER}`,
  deny: `access lists are ${LATER}`,
  limit_conn: `limits per client are ${LATER}`,
  limit_conn_zone: `limits per client are ${LATER}`,
  limit_conn_log_level: `limits per client are ${LATER}`,
  limit_conn_dry_run: `limits per client are ${LATER}`,
  proxy_download_rate: 'the rate of a session is not limited',
  proxy_upload_rate: 'the rate of a session is not limited',
  proxy_buffer_size: 'each direction has 64 KiB at most',
  proxy_requests: 'a session of UDP ends when it is idle',
  proxy_responses: 'a session of UDP ends when it is idle',
  proxy_next_upstream_timeout: 'connectTimeout times connectAttempts is the limit',
  proxy_half_close: '',
  proxy_session_drop: 'closeOn and udpOnDown say what happens to sessions',
  preread_timeout: 'nothing is read from a client before a server is connected',
  preread_buffer_size: 'nothing is read from a client before a server is connected',
  ssl_preread: 'connections are not routed by their content',
  access_log: LOGS,
  log_format: LOGS,
  open_log_file_cache: LOGS,
  error_log: LOGS,
  map: VARIABLES,
  map_hash_bucket_size: VARIABLES,
  map_hash_max_size: VARIABLES,
  geo: VARIABLES,
  geoip_country: VARIABLES,
  split_clients: VARIABLES,
  set: VARIABLES,
  variables_hash_bucket_size: VARIABLES,
  variables_hash_max_size: VARIABLES,
  resolver: 'the hosts file and DNS of the system are asked',
  resolver_timeout: 'the hosts file and DNS of the system are asked',
  return: 'evenkeel answers nothing by itself',
  pass: 'evenkeel has no other listeners to pass to',
  status_zone: '',
  server_name: '',
  health_check_timeout: '',
  match: 'tcp,send=…,expect=… is the probe',
  include: 'other files are not read: import them by themselves',
}

/** Reads one directive on top of the settings that hold already; what is not carried over is told of. */
export function readSetting(directive: Directive, given: Settings, notes: Notes): Settings {
  const { line, name, args } = directive
  const [value = ''] = args
  const tell = (text: string): Settings => {
    notes.add(line, [name, ...args].join(' '), text)
    return given
  }
  switch (name) {
    case 'proxy_connect_timeout':
    case 'proxy_timeout': {
      const millis = readTime(args.join(' '))
      if (millis === undefined) return tell('not a time')
      return { ...given, [name === 'proxy_timeout' ? 'timeout' : 'connectTimeout']: millis }
    }
    case 'proxy_bind':
      if (value === 'off') return { ...given, source: undefined }
      if (hasVariable(value) || args.includes('transparent'))
        return tell('connections never have the address of the client')
      return { ...given, source: value.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1') }
    case 'proxy_next_upstream':
      return value === 'off' ? { ...given, tries: 1 } : given
    case 'proxy_next_upstream_tries': {
      const tries = readNumber(value)
      if (tries === 0) return tell('a client is tried on three servers: connectAttempts sets more')
      return tries === undefined || given.tries === 1 ? given : { ...given, tries }
    }
    case 'health_check':
      return { ...given, probe: readHealthCheck(args, tell) }
    default:
      break
  }
  if (name.startsWith('ssl_') && name !== 'ssl_preread') return tell(NO_TLS)
  if (name.startsWith('proxy_ssl')) return tell(NO_TLS)
  if (/^(js|perl|lua|preread_by_lua|content_by_lua)_?/.test(name)) return tell('no scripts run here')
  const why = Object.hasOwn(TOLD, name) ? (TOLD[name] ?? '') : 'not known here'
  if (name === 'proxy_half_close' && value === 'off') return tell('half-closed sessions go on for finTimeout')
  return why === '' || (name === 'access_log' && value === 'off') ? given : tell(why)
}

function readHealthCheck(
  args: readonly string[],
  tell: (text: string) => unknown,
): NonNullable<Settings['probe']> {
  const value = (key: string): string | undefined =>
    args.find(arg => arg.startsWith(`${key}=`))?.slice(key.length + 1)
  const interval = readTime(value('interval') ?? '5s')
  const port = readNumber(value('port'))
  if (value('match') !== undefined || args.includes('udp'))
    tell('the probe connects: set send and expect for more')
  return {
    interval: interval ?? 5000,
    rise: readNumber(value('passes')) ?? 1,
    fall: readNumber(value('fails')) ?? 1,
    ...(port === undefined ? {} : { port }),
  }
}
