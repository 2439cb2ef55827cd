import type { Listener } from '../core/service.js'
import { canonicalHost, formatAddress, parseAddress } from './address.js'
import { ConfigError } from './config-error.js'

const SCHEME = /^(?:[a-z][a-z0-9+.-]*:\/\/)/i

/** Reads `tcp://HOST:PORT`, `udp://HOST:PORT` or `unix:PATH`; without a scheme it is tcp. */
export function parseListener(path: string, url: string): Listener {
  const scheme = SCHEME.exec(url)?.[0] ?? 'tcp://'
  if (scheme !== 'tcp://' && scheme !== 'udp://' && !url.startsWith('unix:')) {
    throw new ConfigError(path, url, 'unknown scheme (known: tcp://, udp://, unix:)')
  }
  const address = parseAddress(path, url.replace(/^(?:tcp|udp):\/\//, ''), 'bind', url)
  if (address.kind === 'inet') {
    const protocol = scheme === 'udp://' ? 'udp' : 'tcp'
    return { protocol, host: canonicalHost(address.host), port: address.port, url }
  }
  if (url.startsWith('unix:')) return { protocol: 'unix', path: address.path, url }
  throw new ConfigError(path, url, 'a unix socket takes no scheme (write unix:PATH)')
}

/** The listener with all that {@link parseListener} would assume. */
export function formatListener(listener: Listener): string {
  if (listener.protocol === 'unix') return `unix:${listener.path}`
  return `${listener.protocol}://${formatAddress({ kind: 'inet', host: listener.host, port: listener.port })}`
}
