import type { Millis } from '../clock.js'
import type { Backend } from './backend.js'
import type { Cause, Thresholds } from './health.js'
import type { Algorithm } from './strategy/index.js'

/** Where clients connect. `url` is the text it was given as, for logs and errors. */
export type Listener =
  | {
      readonly protocol: 'tcp' | 'udp'
      /** `*` = all addresses. */
      readonly host: string
      /** 0 = any free one. */
      readonly port: number
      readonly url: string
    }
  | { readonly protocol: 'unix'; readonly path: string; readonly url: string }

/**
 * Where each listener of a service is, in their order: the same in another configuration if it stays where it is. Those
 * that take any free port are told apart by how they are written, their service, and their number among their like.
 */
export function placesOf({ name, listeners }: Pick<Service, 'name' | 'listeners'>): readonly string[] {
  return listeners.map((listener, index) => {
    if (listener.protocol === 'unix') return `unix ${listener.path}`
    const { protocol, host, port, url } = listener
    if (port !== 0) return `${protocol} ${host} ${port}`
    const before = listeners.slice(0, index).filter(other => other.url === url)
    return `${protocol} ${url} ${name} ${before.length}`
  })
}

/** What a reply must look like: start with these bytes, or match this expression (the reply read as latin1). */
export type Expectation =
  | { readonly kind: 'prefix'; readonly bytes: Uint8Array }
  | { readonly kind: 'pattern'; readonly pattern: RegExp }

/** How a backend is asked for its health. A `port` replaces the backend's own. */
export type ProbeSpec =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'tcp'
      readonly port: number | undefined
      readonly send: Uint8Array | undefined
      readonly expect: Expectation | undefined
    }
  | {
      readonly kind: 'udp'
      readonly port: number | undefined
      readonly send: Uint8Array
      readonly expect: Expectation | undefined
    }
  | {
      readonly kind: 'http'
      readonly port: number | undefined
      readonly path: string
      /** The one status that passes. */
      readonly status: number
      /** Text that the body must contain. */
      readonly body: string | undefined
    }
  | { readonly kind: 'exec'; readonly port: number | undefined; readonly command: string }

/** When and how often backends are probed, and what flips their state. */
export interface ProbePolicy extends Thresholds {
  readonly spec: ProbeSpec
  readonly interval: Millis
  /** Never above the interval. */
  readonly timeout: Millis
  /** Used while a backend is between states. */
  readonly fastInterval: Millis
  /** Used while a backend is down. */
  readonly downInterval: Millis
}

/** A cause for which the established TCP sessions of a backend are reset when it leaves. */
export const CLOSE_CAUSES = ['dead', 'demoted', 'lagging', 'drain'] as const satisfies readonly (
  Cause | 'drain'
)[]
export type CloseCause = (typeof CLOSE_CAUSES)[number]

/** What a UDP session does when its backend is down: its next datagram picks anew, is dropped, or stays. */
export const UDP_ON_DOWN = ['rehome', 'drop', 'pin'] as const
export type UdpOnDown = (typeof UDP_ON_DOWN)[number]

/** A range of addresses. */
export interface Network {
  /** An IPv4-mapped IPv6 network is an IPv4 one. */
  readonly family: 4 | 6
  /** Its first address in the usual spelling: no bit beyond the prefix is set. */
  readonly address: string
  /** Bits that all its addresses share: up to 32 in IPv4, up to 128 in IPv6. */
  readonly prefix: number
}

/**
 * Who may connect, by the client's address: the most specific network that it is in decides, `deny` if both lists have that
 * one. A client that is in none is let in, unless `allow` has any.
 */
export interface Access {
  readonly allow: readonly Network[]
  readonly deny: readonly Network[]
}

/** New connections in a time, on average. */
export interface ConnectionRate {
  /** At least 1. */
  readonly count: number
  readonly per: 'second' | 'minute'
}

/** What the sessions of a service may cost, how long they may last, and who may have them. */
export interface SessionPolicy {
  readonly connectTimeout: Millis
  /** At least 1; each attempt on a backend not tried yet for this client. */
  readonly connectAttempts: number
  /** How long a new TCP client is parked while no backend is eligible; 0 = not at all. */
  readonly hold: Millis
  /** TCP session with no byte in either direction; 0 = never. */
  readonly idleTimeout: Millis
  /** Half-closed TCP session with no byte in the open direction; 0 = never. */
  readonly finTimeout: Millis
  readonly udpIdleTimeout: Millis
  readonly udpOnDown: UdpOnDown
  /** TCP sessions at once; Infinity = as many as there are. */
  readonly maxConnections: number
  readonly maxUdpSessions: number
  /** Local address of backend connections; undefined = the system's choice. */
  readonly sendSource: string | undefined
  /** Backends see the client's address, so their way back to it must lead through the balancer. */
  readonly preserveSource: boolean
  readonly access: Access
  /** Sessions of one client address at once, those of UDP included; undefined = no limit of its own. */
  readonly maxConnectionsPerClient: number | undefined
  /** How often one client address may begin a session; undefined = as often as it likes. */
  readonly connectionRatePerClient: ConnectionRate | undefined
}

/** A service as the control path and the data path need it: every address is literal. */
export interface Service extends SessionPolicy {
  readonly name: string
  readonly listeners: readonly Listener[]
  readonly backends: readonly Backend[]
  readonly balance: Algorithm
  readonly probe: ProbePolicy
  /** Whether failed connects and ICMP refusals count as failed results. */
  readonly passive: boolean
  readonly closeOn: ReadonlySet<CloseCause>
  readonly failbackDelay: Millis
  /** How long the weight of a backend ramps up after it came back; 0 = off. */
  readonly slowStart: Millis
}
