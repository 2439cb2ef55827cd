import type { Endpoint } from '../../core/backend.js'
import type { Millis } from '../../clock.js'
import type { Choice } from './choice.js'

/** Of addresses. */
export type Family = 4 | 6
export const FAMILIES: readonly Family[] = [4, 6]

/** A listener with its port. */
export interface Entrance {
  readonly protocol: 'tcp' | 'udp'
  /** A literal address; `*` and `::` = all addresses, `0.0.0.0` = all of IPv4. */
  readonly host: string
  readonly port: number
}

/** A backend that has flows or may have them. */
export interface Destination {
  /** Its number in marks. */
  readonly number: number
  readonly endpoint: Extract<Endpoint, { readonly kind: 'inet' }>
  /** Sessions it may have at once; undefined = any. */
  readonly maxConnections: number | undefined
}

/** Addresses from one to another, both included, as nftables writes them: `10.0.0.0-10.0.0.255`. */
export type AddressRange = string

/** All that the ruleset of a service is made of. */
export interface Rules {
  readonly service: string
  /** Its number in marks. */
  readonly mark: number
  readonly entrances: readonly Entrance[]
  readonly destinations: readonly Destination[]
  /** Whom new clients of each family get. */
  readonly choices: Readonly<Record<Family, Choice>>
  /** Backends whose TCP flows are reset, and whose datagrams are dropped, by their numbers. */
  readonly cut: readonly number[]
  readonly muted: readonly number[]
  readonly denied: Readonly<Record<Family, readonly AddressRange[]>>
  readonly maxConnections: number
  readonly maxUdpSessions: number
  readonly maxConnectionsPerClient: number | undefined
  readonly connectionRatePerClient: { readonly count: number; readonly per: 'second' | 'minute' } | undefined
  /** `client`: the client's own; `masquerade`: that of the way to the backend; else a local address. */
  readonly source:
    | { readonly kind: 'client' }
    | { readonly kind: 'masquerade' }
    | { readonly kind: 'address'; readonly address: string }
  readonly timeouts: Readonly<Record<'connect' | 'idle' | 'fin' | 'udpIdle', Millis>>
  /** Whether refusals are to be told of (`conntrack -E`). */
  readonly tellsRefusals: boolean
  /** Whether packets from and to 127.0.0.0/8 may leave the host, and come in. */
  readonly routesLoopback: boolean
}

/** The table of a service: no other one is touched. */
export function tableName(service: string): string {
  return `evenkeel_${service}`
}

/** The words that nftables has for a family. */
export const WORDS = {
  4: { name: 'ipv4', header: 'ip', address: 'ipv4_addr', loopback: '127.0.0.0/8' },
  6: { name: 'ipv6', header: 'ip6', address: 'ipv6_addr', loopback: '::1' },
} as const

/** Of a literal address. */
export function familyOf(address: string): Family {
  return address.includes(':') ? 6 : 4
}

/** Whether a listener takes what comes to any address of this host. */
export function isWildcard(host: string): boolean {
  return host === '*' || host === '::' || host === '0.0.0.0'
}

/** Whether clients of a family come to a host. */
export function isOf(family: Family, host: string): boolean {
  return host === '*' || host === '::' || familyOf(host) === family
}

/** Whether a host is only ever this one. */
export function isLoopback(host: string): boolean {
  return host.startsWith('127.') || host === '::1'
}
