import type { Millis } from '../clock.js'
import type { Backend } from '../core/backend.js'
import type { ProbePolicy, Service } from '../core/service.js'
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

/** A backend whose host may still be a name; `source` is the text it was given as, for errors. */
export interface BackendConfig extends Omit<Backend, 'endpoint'> {
  readonly address: HostPort | UnixPath
  readonly source: string
}

export interface ProbeConfig extends ProbePolicy {
  /** The probe as it was given, for `check`. */
  readonly source: string
}

/** A service as configured: names are not looked up yet, and limits may be left to the fd limit. */
export interface ServiceConfig extends Omit<Service, 'backends' | 'probe' | 'maxConnections'> {
  readonly backends: readonly BackendConfig[]
  readonly probe: ProbeConfig
  /** undefined = derived from the fd limit. */
  readonly maxConnections: number | undefined
}

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

export const LOG_FORMATS = ['json', 'pretty', 'auto'] as const
export type LogFormat = (typeof LOG_FORMATS)[number]

/** All that a process needs to run. Made by parsing, never changed. */
export interface Config {
  readonly services: readonly ServiceConfig[]
  /** undefined = no admin server. */
  readonly admin: HostPort | UnixPath | undefined
  readonly workers: Workers
  readonly datapath: 'userspace'
  readonly drainTimeout: Millis
  /** One `session` event per finished session. */
  readonly accessLog: boolean
  readonly log: { readonly level: LogLevel; readonly format: LogFormat }
}
