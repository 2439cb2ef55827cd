import { readAddress } from '../core/address.js'
import { formatHostPort } from '../core/backend.js'
import { ConfigError } from './config-error.js'
import type { HostPort, UnixPath } from './config.js'
import { isHostName, literalFamily } from './host.js'

/** What an address is for: only one to bind may have no host (all addresses) or port 0 (any free port). */
export type Role = 'bind' | 'connect'

/** The longest path that fits a socket address with its closing NUL. */
const LONGEST_PATH = 107

/**
 * Reads `HOST:PORT`, `[v6]:PORT` or `unix:PATH`; to bind also `:PORT` and `*:PORT`.
 *
 * @param given the whole value, for errors, when `text` is a part of it
 */
export function parseAddress(path: string, text: string, role: Role, given = text): HostPort | UnixPath {
  const problem = /[\s\p{Cc}]/u.test(text) ? 'contains a space or a control character' : undefined
  const address = problem ?? (text.startsWith('unix:') ? readPath(text.slice(5)) : readHostPort(text, role))
  if (typeof address === 'string') throw new ConfigError(path, given, address)
  return address
}

/** The address as {@link parseAddress} reads it. */
export function formatAddress(address: HostPort | UnixPath): string {
  return address.kind === 'unix' ? `unix:${address.path}` : formatHostPort(address.host, address.port)
}

/**
 * A host to bind in the one spelling that tells what it is: a wildcard is `::` or `0.0.0.0`, and an IPv4-mapped address,
 * which takes IPv4 clients alone, is the IPv4 address. Every other host stays as it is.
 */
export function canonicalHost(host: string): string {
  const bytes = new Uint8Array(16)
  const length = readAddress(host, bytes)
  if (length === 4) return bytes.subarray(0, 4).join('.')
  return length === 16 && bytes.every(byte => byte === 0) ? '::' : host
}

/** The address, or what is wrong with it. */
function readPath(path: string): UnixPath | string {
  if (path === '') return 'no path after unix:'
  if (new TextEncoder().encode(path).length > LONGEST_PATH)
    return `the path is longer than ${LONGEST_PATH} bytes`
  return { kind: 'unix', path }
}

/** The address, or what is wrong with it. */
function readHostPort(text: string, role: Role): HostPort | string {
  const colon = text.lastIndexOf(':')
  if (colon < 0 || text.endsWith(']')) return 'no port (write HOST:PORT)'
  const host = readHost(text.slice(0, colon), role)
  if ('problem' in host) return host.problem
  const digits = text.slice(colon + 1)
  const port = /^\d{1,5}$/.test(digits) ? Number(digits) : Number.NaN
  const least = role === 'bind' ? 0 : 1
  if (port >= least && port <= 65535) return { kind: 'inet', host: host.host, port }
  return `the port must be a number from ${least} to 65535`
}

function readHost(text: string, role: Role): { readonly host: string } | { readonly problem: string } {
  if (text === '' || text === '*') {
    return role === 'bind' ? { host: '*' } : { problem: 'no host (write HOST:PORT)' }
  }
  if (text.startsWith('[') && text.endsWith(']')) {
    const host = text.slice(1, -1)
    const isIPv6 = literalFamily(host) === 6
    return isIPv6 ? { host } : { problem: 'no IPv6 address between the brackets' }
  }
  if (text.includes(':')) return { problem: 'an IPv6 address is written in brackets: [::1]:80' }
  if (literalFamily(text) === 4 || isHostName(text)) return { host: text }
  return { problem: 'the host is neither an address nor a host name' }
}
