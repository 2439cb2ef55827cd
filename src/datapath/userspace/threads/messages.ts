import type { Millis } from '../../../clock.js'
import type { BackendName } from '../../../core/backend.js'
import type { Explanation } from '../../../core/explanation.js'
import type { Observation } from '../../../core/health.js'
import type { RefusedFact, SessionFact } from '../../../core/observer.js'
import type { Service } from '../../../core/service.js'
import type { Snapshot } from '../../../core/snapshot.js'
import type { ServiceStats } from '../../../core/stats.js'
import type { Client } from '../../../core/strategy/strategy.js'
import type { ThreadStats } from '../data-thread.js'
import type { Bound, Ports } from '../listeners.js'
import type { Sharing } from '../sharing.js'

/** A snapshot for a data thread, with the number of the shared count of each of its backends, in their order. */
export interface Published {
  readonly service: string
  readonly snapshot: Snapshot
  readonly counts: readonly number[]
}

/** What a data thread is given when it is started. */
export interface ThreadSetup {
  /** From 0 on; a replacement has the number of the one it replaces. */
  readonly thread: number
  readonly services: readonly Service[]
  readonly sharing: Sharing
  readonly accessLog: boolean
  /** The memory of the shared counts, and how many there are. */
  readonly counts: { readonly memory: SharedArrayBuffer; readonly size: number }
  /** The numbers of the counts of each service's places. */
  readonly places: ReadonlyMap<string, { readonly tcp: number; readonly udp: number }>
  /** The first snapshot of each service. */
  readonly published: readonly Published[]
  /** The ports that another thread has bound for listeners with port 0. */
  readonly ports: Ports
}

/** The configuration that may be next, for a thread that has one already. */
export type Preparation = Pick<ThreadSetup, 'services' | 'places' | 'ports'>

/** What the main thread tells a data thread. */
export type ToThread =
  | ({ readonly kind: 'publish' } & Published)
  | ({ readonly kind: 'prepare' } & Preparation)
  | { readonly kind: 'commit'; readonly accessLog: boolean }
  | { readonly kind: 'rollback' }
  | { readonly kind: 'explain'; readonly id: number; readonly service: string; readonly client: Client }
  | { readonly kind: 'stats' }
  | { readonly kind: 'rebind-udp' }
  | { readonly kind: 'close' }
  | { readonly kind: 'stop'; readonly grace: Millis }
  | { readonly kind: 'abort' }

/** What happened in a data thread since it told last. */
export interface Told {
  readonly sessions: readonly SessionFact[]
  readonly refused: readonly { readonly fact: RefusedFact; readonly times: number }[]
  readonly warnings: readonly {
    readonly message: string
    readonly fields: Readonly<Record<string, unknown>>
  }[]
  readonly passive: readonly {
    readonly service: string
    readonly backend: BackendName
    readonly seen: Observation
  }[]
}

/** What a data thread tells the main thread. */
export type FromThread =
  /** The first configuration holds. */
  | ({ readonly kind: 'bound' } & Bound)
  /** The next configuration may hold. */
  | ({ readonly kind: 'prepared' } & Bound)
  /** A configuration cannot hold. */
  | { readonly kind: 'not-bound'; readonly listener: string; readonly code: string }
  | { readonly kind: 'committed' }
  | { readonly kind: 'explained'; readonly id: number; readonly explanation: Explanation | undefined }
  | { readonly kind: 'told'; readonly told: Told }
  | { readonly kind: 'stats'; readonly stats: readonly ThreadStats[] }
  | { readonly kind: 'closed' }
  | { readonly kind: 'stopped'; readonly stats: readonly ThreadStats[] }
  | {
      readonly kind: 'failed'
      readonly error: string
      readonly sessions: number
      readonly counted: readonly ServiceStats[]
    }
