import type { Millis } from '../../../clock.js'
import type { BackendName } from '../../../core/backend.js'
import type { Explanation } from '../../../core/explanation.js'
import type { Observation } from '../../../core/health.js'
import type { Protocol } from '../../../core/outcome.js'
import type { RefusedFact, SessionFact } from '../../../core/observer.js'
import type { Service } from '../../../core/service.js'
import type { Snapshot } from '../../../core/snapshot.js'
import type { ServiceStats } from '../../../core/stats.js'
import type { Client } from '../../../core/strategy/strategy.js'
import type { Terms } from '../../datapath.js'
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
  /** How the listeners that are bound now are shared. */
  readonly sharing: Sharing
  readonly terms: Terms
  /** The memory of the shared counts, how many there are, and the numbers of those of all places. */
  readonly counts: {
    readonly memory: SharedArrayBuffer
    readonly size: number
    readonly all: Readonly<Record<Protocol, number>>
  }
  /** The numbers of the counts of each service's places. */
  readonly places: ReadonlyMap<string, { readonly tcp: number; readonly udp: number }>
  /** The numbers of the counts of UDP sessions, by the place of their listener. */
  readonly listeners: ReadonlyMap<string, number>
  /** The first snapshot of each service. */
  readonly published: readonly Published[]
  /** The ports that another thread has bound for listeners with port 0. */
  readonly ports: Ports
}

/** The configuration that may be next, for a thread that has one already. */
export type Preparation = Pick<ThreadSetup, 'services' | 'places' | 'listeners' | 'ports' | 'sharing'>

/** What the main thread tells a data thread. */
export type ToThread =
  | ({ readonly kind: 'publish' } & Published)
  | ({ readonly kind: 'prepare'; readonly id: number } & Preparation)
  | { readonly kind: 'commit'; readonly terms: Terms }
  | { readonly kind: 'rollback' }
  | { readonly kind: 'forget'; readonly service: string }
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
  | ({ readonly kind: 'prepared'; readonly id: number } & Bound)
  /** A configuration cannot hold; the first one has no number. */
  | {
      readonly kind: 'not-bound'
      readonly id: number | undefined
      readonly listener: string
      readonly code: string
    }
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
