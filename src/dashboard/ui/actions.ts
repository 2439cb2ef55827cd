import type { BackendChange } from '../../api/changes.js'
import type { BackendView } from '../../api/views.js'
import type { Outcome } from '../server/changes.js'

/** What a dialog can have done to a backend; success is shown by who does it, failure by who asked. */
export interface BackendActions {
  change(service: string, backend: string, change: BackendChange): Promise<Outcome<BackendView>>
  kill(service: string, backend: string): Promise<Outcome<undefined>>
}
