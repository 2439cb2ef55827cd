import { formatHostPort } from '../../core/backend.js'
import { listenerUrl, portRange } from '../listeners.js'

/** What is wrong with an address, told to people. */
interface Problem {
  readonly problem: string
}

const FOREIGN = /^(abns|abnsz|fd|sockpair|udp|udp4|udp6|quic4|quic6|rhttp|stdout|ring)@/

/** The listeners of one address of a `bind`: `:80`, `*:80`, `::1:80`, `[::1]:80`, `10.0.0.1:8000-8010`, `unix@/path`, `/path`. */
export function readBindAddress(text: string, both: boolean): { readonly urls: readonly string[] } | Problem {
  const path = unixPath(text)
  if (path !== undefined) return { urls: [`unix:${path}`] }
  const split = splitAddress(text)
  if ('problem' in split) return split
  const ports = portRange(split.port)
  if (ports === undefined) return { problem: 'has no port, or a range that is too long' }
  const host = split.family === 6 && split.host === '' ? '::' : split.host.replace(/^\*$/, '')
  const reached = host === '::' && both ? '*' : host
  return { urls: ports.map(port => listenerUrl('tcp', reached, port)) }
}

/** The address of a server. @param fallback the port where it names none: the one that clients connect to */
export function readServerAddress(
  text: string,
  fallback: number | undefined,
): { readonly address: string } | Problem {
  const path = unixPath(text)
  if (path !== undefined) return { address: `unix:${path}` }
  const split = splitAddress(text)
  if ('problem' in split) return split
  if (/^[+-]/.test(split.port))
    return { problem: 'ports relative to that of the client are not known: write the port' }
  const port = split.port === '' ? fallback : Number(split.port)
  if (port === undefined || !Number.isInteger(port)) {
    return { problem: 'it has no port, and that of the client is not passed on: write HOST:PORT' }
  }
  return { address: formatHostPort(split.host, port) }
}

function unixPath(text: string): string | undefined {
  const path = text.replace(/^unix@/, '')
  return path.startsWith('/') ? path : undefined
}

/** The last colon separates the port, also of an IPv6 address without brackets. */
function splitAddress(
  text: string,
): { readonly host: string; readonly port: string; readonly family: 4 | 6 | undefined } | Problem {
  const [foreign] = FOREIGN.exec(text) ?? []
  if (foreign !== undefined) return { problem: `addresses of the kind ${foreign.slice(0, -1)} are not known` }
  const [, family, address = ''] = /^(?:(?:tcp|ipv)([46])@)?(.*)$/s.exec(text) ?? []
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/s.exec(address)
  const colon = address.lastIndexOf(':')
  const host = bracketed?.[1] ?? (colon < 0 ? address : address.slice(0, colon))
  const port = bracketed === null ? (colon < 0 ? '' : address.slice(colon + 1)) : (bracketed[2] ?? '')
  const isSix = family === '6' || host.includes(':')
  return { host, port, family: isSix ? 6 : family === '4' ? 4 : undefined }
}
