import type { AdminState } from '../../core/backend.js'

/** The backend whose dialog is open, and the state that it begins with. */
export interface Opened {
  readonly service: string
  readonly backend: string
  readonly state: AdminState
}
