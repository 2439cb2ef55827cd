import type { AdminState } from '../../core/backend.js'

/** What the buttons of the page ask for. It never changes, so that it makes nothing be drawn again. */
export interface Operate {
  /** Opens the dialog of a backend, with this state chosen. */
  open(service: string, backend: string, state: AdminState): void
  /** Makes a backend ready. */
  ready(service: string, backend: string): void
}
