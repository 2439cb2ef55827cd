import { formatHostPort } from '../core/backend.js'

/** The listener for an address: `''` is every IPv4 address, as in the formats that are read. */
export function listenerUrl(protocol: 'tcp' | 'udp', host: string, port: number): string {
  return `${protocol}://${formatHostPort(host === '' ? '0.0.0.0' : host, port)}`
}

const IPV4_WILDCARD = '://0.0.0.0:'
const IPV6_WILDCARD = '://[::]:'

/** The same listeners, where those of all IPv4 and of all IPv6 addresses of a port are the one of both. */
export function mergeWildcards(urls: readonly string[]): readonly string[] {
  const given = new Set(urls)
  const paired = (url: string): boolean =>
    (url.includes(IPV4_WILDCARD) && given.has(url.replace(IPV4_WILDCARD, IPV6_WILDCARD))) ||
    (url.includes(IPV6_WILDCARD) && given.has(url.replace(IPV6_WILDCARD, IPV4_WILDCARD)))
  return urls.map(url =>
    paired(url) ? url.replace(IPV4_WILDCARD, '://*:').replace(IPV6_WILDCARD, '://*:') : url,
  )
}

/** More ports than these in one range would be a service nobody meant. */
export const MOST_PORTS = 1000

/** The ports of `80` or `8000-8010`; undefined when it is neither, or too many. */
export function portRange(text: string): readonly number[] | undefined {
  const [, first, last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? []
  if (first === undefined) return undefined
  const [from, to] = [Number(first), Number(last)]
  if (from < 1 || to > 65535 || to < from || to - from >= MOST_PORTS) return undefined
  return Array.from({ length: to - from + 1 }, (_, index) => from + index)
}
