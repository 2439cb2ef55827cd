import type { AdminState } from '../core/backend.js'
import type { CloseCause } from '../core/service.js'
import type { Algorithm } from '../core/strategy/index.js'

/** A backend as it will be printed. What is undefined is left to evenkeel's defaults. */
export interface BackendDraft {
  /** `HOST:PORT` or `unix:PATH`. */
  readonly address: string
  readonly name?: string | undefined
  /** Any positive number: weights beyond 256 are scaled down together. */
  readonly weight?: number | undefined
  readonly backup?: boolean | undefined
  readonly maxConnections?: number | undefined
  readonly state?: Exclude<AdminState, 'ready'> | undefined
}

/** Durations are milliseconds. */
export interface ProbeDraft {
  readonly kind: 'none' | 'tcp' | 'udp' | 'http' | 'exec'
  readonly port?: number | undefined
  /** With the escapes of the flag. */
  readonly send?: string | undefined
  readonly expect?: string | undefined
  readonly path?: string | undefined
  readonly status?: number | undefined
  readonly body?: string | undefined
  readonly command?: string | undefined
  readonly interval?: number | undefined
  /** Cut to the interval. */
  readonly timeout?: number | undefined
  readonly rise?: number | undefined
  readonly fall?: number | undefined
  readonly fastInterval?: number | undefined
  readonly downInterval?: number | undefined
}

/** A service as an importer found it. Durations are milliseconds; what is undefined is left to evenkeel's defaults. */
export interface ServiceDraft {
  /** As it is called where it comes from; it need be neither valid nor unique. */
  readonly name: string
  /** Where it stands, for notes about the whole of it. */
  readonly line: number | undefined
  readonly subject: string
  readonly listen: readonly string[]
  readonly balance?: Algorithm | undefined
  readonly backends: readonly BackendDraft[]
  readonly probe?: ProbeDraft | undefined
  readonly passive?: boolean | undefined
  readonly closeOn?: readonly (CloseCause | 'none')[] | undefined
  readonly slowStart?: number | undefined
  readonly connectTimeout?: number | undefined
  readonly connectAttempts?: number | undefined
  /** 0 = never. */
  readonly idleTimeout?: number | undefined
  readonly finTimeout?: number | undefined
  readonly udpIdleTimeout?: number | undefined
  readonly maxConnections?: number | undefined
  readonly maxUdpSessions?: number | undefined
  readonly sendSource?: string | undefined
}

/** All that was carried over. */
export interface Draft {
  readonly workers?: 'auto' | undefined
  readonly logLevel?: 'trace' | 'debug' | 'info' | 'warn' | 'error' | undefined
  readonly services: readonly ServiceDraft[]
}
