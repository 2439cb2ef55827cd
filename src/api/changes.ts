import type { AdminState, DeadlineAction } from '../core/backend.js'

/** The body of `PATCH services/:s/backends/:b`: what is not there stays. `for` and `then` go together, with a `state` other than ready. */
export interface BackendChange {
  readonly state?: AdminState
  /** 1 to 256. */
  readonly weight?: number
  /** A duration, such as `10m`. */
  readonly for?: string
  readonly then?: DeadlineAction
}

/** The body of `POST services/:s/backends`: a backend as in a config file. */
export interface NewBackend {
  readonly address: string
  readonly name?: string
  readonly weight?: number
  readonly backup?: boolean
  readonly maxConnections?: number
  readonly state?: AdminState
}
