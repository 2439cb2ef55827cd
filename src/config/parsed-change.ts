import type { DeadlineAction } from '../core/backend.js'
import type { Millis } from '../clock.js'
import type { AdminState } from '../core/backend.js'

/** What is to change of a backend; what is not there stays. */
export interface ParsedChange {
  readonly state?: AdminState
  readonly weight?: number
  readonly deadline?: { readonly after: Millis; readonly then: DeadlineAction }
}
