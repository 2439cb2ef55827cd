import type { Millis } from '../clock.js'
import type { Backend } from '../core/backend.js'
import type { Service } from '../core/service.js'
import type { Workers } from './workers.js'

/** An address whose host may be a name. */
export interface HostPort {
  readonly kind: 'inet'
  readonly host: string
  readonly port: number
}

export interface UnixPath {
  readonly kind: 'unix'
  readonly path: string
}

/** A backend whose host may still be a name. */
export interface BackendConfig extends Omit<Backend, 'endpoint'> {
  readonly address: HostPort | UnixPath
  /** What the address was given as, for errors. */
  readonly source: string
  /** Where that stands: `--backend`, `services.db.backends[1].address`. */
  readonly path: string
  /** The keys that were given, such as `weight`. */
  readonly given: ReadonlySet<string>
}

/** Where the values of a service stand or would stand, for errors that show only later. */
export interface ServicePaths {
  /** In the order of the listeners. */
  readonly listeners: readonly string[]
  readonly maxConnections: string
  readonly maxUdpSessions: string
  readonly sendSource: string
}

/** A service as configured: names are not looked up yet, and limits may be left to the fd limit. */
export interface ServiceConfig extends Omit<Service, 'backends' | 'maxConnections'> {
  readonly backends: readonly BackendConfig[]
  /** undefined = derived from the fd limit. */
  readonly maxConnections: number | undefined
  /** The keys that were given, as in a config file: `balance`, `probe.interval`. */
  readonly given: ReadonlySet<string>
  readonly paths: ServicePaths
}

/** An admin server. */
export interface AdminConfig {
  readonly address: HostPort | UnixPath
  /** The file of its token; undefined = one is generated. */
  readonly tokenFile: string | undefined
}

/** Where values of the process stand or would stand, for errors that show only later. */
export interface ProcessPaths {
  readonly admin: string
  readonly tokenFile: string
  readonly workers: string
  readonly journal: string
}

export const DATAPATHS = ['userspace', 'kernel'] as const
export type DatapathName = (typeof DATAPATHS)[number]

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

export const LOG_FORMATS = ['json', 'pretty', 'auto'] as const
export type LogFormat = (typeof LOG_FORMATS)[number]

/** All that a process needs to run. Made by parsing, never changed. */
export interface Config extends ProcessConfig {
  /** The config file as it was named, or `flags`. */
  readonly source: string
  /** At least one. */
  readonly services: readonly ServiceConfig[]
}

/** What holds for all services of a process. */
export interface ProcessConfig {
  /** undefined = no admin server. */
  readonly admin: AdminConfig | undefined
  readonly workers: Workers
  readonly datapath: DatapathName
  readonly drainTimeout: Millis
  /** One `session` event per finished session. */
  readonly accessLog: boolean
  readonly log: { readonly level: LogLevel; readonly format: LogFormat }
  /** The file that keeps the events; undefined = they are kept in memory only. */
  readonly journal: string | undefined
  readonly paths: ProcessPaths
}
