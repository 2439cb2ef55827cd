import type { JSX } from 'preact'
import type { ServiceView } from '../../api/views.js'
import { amount, byteRate } from '../model/format.js'
import type { History } from '../model/history.js'
import { sumOfRates } from '../model/rates.js'
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
  const measured = shown.rates.get(service.name)
  const rates = measured === undefined ? undefined : sumOfRates(measured.values())
  const sessions = service.backends.reduce((sum, { sessionsActive }) => sum + sessionsActive, 0)
  const common = {
    times: history.times,
    stepMs: history.stepMs,
    now: shown.at,
    marks: departures(shown.entries, service.name),
  }
  return (
    <div class="plots">
      <Plot
        {...common}
        title="New sessions a second"
        curves={[
          { name: 'sessions', place: 'first', values: known?.connections ?? [], current: rates?.connections },
        ]}
        least={1}
        format={amount}
      />
      <Plot
        {...common}
        title="Traffic to"
        curves={[
          {
            name: 'clients',
            place: 'first',
            values: known?.bytesToClient ?? [],
            current: rates?.bytesToClient,
          },
          {
            name: 'backends',
            place: 'second',
            values: known?.bytesToBackend ?? [],
            current: rates?.bytesToBackend,
          },
        ]}
        least={1000}
        format={byteRate}
      />
      <Plot
        {...common}
        title="Sessions"
        curves={[{ name: 'sessions', place: 'first', values: known?.sessions ?? [], current: sessions }]}
        least={2}
        format={amount}
      />
    </div>
  )
}
