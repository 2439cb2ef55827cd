import { formatHostPort } from '../core/backend.js'

/** Where an admin server listens, as it was told: a wildcard is a host as well. */
export type AdminAddress =
  | { readonly kind: 'inet'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string }

/** What `node:http` connects to. */
export type Destination = { readonly host: string; readonly port: number } | { readonly socketPath: string }

const WILDCARDS: readonly string[] = ['*', '0.0.0.0', '::']

/** What to connect to for an admin server at this address: one that listens everywhere is asked on loopback. */
export function destination(address: AdminAddress): Destination {
  if (address.kind === 'unix') return { socketPath: address.path }
  const host = WILDCARDS.includes(address.host) ? '127.0.0.1' : address.host
  return { host, port: address.port }
}

/** The address as it is written after `--admin`. */
export function formatAdminAddress(address: AdminAddress): string {
  return address.kind === 'unix' ? `unix:${address.path}` : formatHostPort(address.host, address.port)
}
