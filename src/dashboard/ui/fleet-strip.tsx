import type { JSX } from 'preact'
import type { BackendView } from '../../api/views.js'
import { censusWords, standingOf } from '../model/status.js'

/** All backends at a glance, one mark each in their order, beside how many stand how. */
export function FleetStrip({ backends }: { readonly backends: readonly BackendView[] }): JSX.Element {
  return (
    <p class="fleet">
      <span class="fleet-marks" aria-hidden="true">
        {backends.map(backend => (
          <i class={`is-${standingOf(backend)}`} key={backend.name} title={backend.name} />
        ))}
      </span>
      <span>{censusWords(backends)}</span>
    </p>
  )
}
