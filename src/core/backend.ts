/** A literal address that can be connected to: no name is left to look up. */
export type Endpoint =
  | { readonly kind: 'inet'; readonly family: 4 | 6; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string }

/** What an operator wants of a backend; probes never change it. */
export type AdminState = 'ready' | 'drain' | 'maintenance'

/** What is done when the time of a drain or a maintenance is over: its sessions end, or its admin state changes. */
export const DEADLINE_ACTIONS = ['kill', 'ready', 'maintenance'] as const
export type DeadlineAction = (typeof DEADLINE_ACTIONS)[number]

/** A backend's identity: unique in its service, and the only thing besides its weight that ip-hash looks at. */
export type BackendName = string

/** A backend as configured. */
export interface Backend {
  readonly name: BackendName
  readonly endpoint: Endpoint
  /** 1 to 256. */
  readonly weight: number
  /** Serves only while no primary does, or when all primaries are full. */
  readonly backup: boolean
  /** Sessions it may hold at once, TCP and UDP together; undefined = no limit. */
  readonly maxConnections: number | undefined
  /** The admin state it starts in. */
  readonly state: AdminState
}

/** Whether both are the same place. */
export function isSameEndpoint(one: Endpoint, other: Endpoint): boolean {
  if (one.kind === 'unix' || other.kind === 'unix') {
    return one.kind === 'unix' && other.kind === 'unix' && one.path === other.path
  }
  return one.port === other.port && one.host === other.host
}

/** `10.0.0.11:5432`, `[::1]:53` or `unix:/run/db.sock`: the form people write. */
export function formatEndpoint(endpoint: Endpoint): string {
  if (endpoint.kind === 'unix') return `unix:${endpoint.path}`
  return formatHostPort(endpoint.host, endpoint.port)
}

/** `host:port`, with brackets around an IPv6 host. */
export function formatHostPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}
