import type { JSX } from 'preact'
import type { ServiceView } from '../../api/views.js'
import { amount, byteRate } from '../model/format.js'
import type { History } from '../model/history.js'
import type { Shown } from '../model/store.js'
import { departures } from '../model/timeline.js'
import { Plot } from './plot.js'

/** What a service did in the last 15 minutes. */
export function ServicePlots({
  service,
  shown,
  history,
}: {
  readonly service: ServiceView
  readonly shown: Shown
  readonly history: History
}): JSX.Element {
  const known = history.of(service.name)
  const common = { times: history.times, now: shown.at, marks: departures(shown.entries, service.name) }
  return (
    <div class="plots">
      <Plot
        {...common}
        title="New sessions a second"
        curves={[{ name: 'sessions', place: 'first', values: known?.connections ?? [] }]}
        least={1}
        format={amount}
      />
      <Plot
        {...common}
        title="Traffic to"
        curves={[
          { name: 'clients', place: 'first', values: known?.bytesToClient ?? [] },
          { name: 'backends', place: 'second', values: known?.bytesToBackend ?? [] },
        ]}
        least={1000}
        format={byteRate}
      />
      <Plot
        {...common}
        title="Sessions"
        curves={[{ name: 'sessions', place: 'first', values: known?.sessions ?? [] }]}
        least={2}
        format={amount}
      />
    </div>
  )
}
