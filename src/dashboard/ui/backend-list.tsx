import type { JSX } from 'preact'
import type { BackendView, ServiceView } from '../../api/views.js'
import type { History } from '../model/history.js'
import { STANDINGS, standingOf } from '../model/status.js'
import type { Shown } from '../model/store.js'
import { BackendCard } from './backend-card.js'
import { BackendRow } from './backend-row.js'
import type { Operate } from './operate.js'

/** With more backends than this, each is told in fewer words, and those in trouble come first. */
const FEW = 24
/** How long a small plot shows the same, in milliseconds. */
const STRETCH = 15_000

/** The backends of a service that are looked for. */
export function BackendList({
  service,
  backends,
  shown,
  history,
  operate,
}: {
  readonly service: ServiceView
  readonly backends: readonly BackendView[]
  readonly shown: Shown
  readonly history: History
  readonly operate: Operate
}): JSX.Element {
  const rates = shown.rates.get(service.name)
  const known = history.of(service.name)
  const card = (backend: BackendView): JSX.Element => {
    const { name, deadline } = backend
    const common = {
      service: service.name,
      backend,
      rates: rates?.get(name),
      now: deadline === null ? 0 : shown.at,
      operate,
    }
    if (service.backends.length > FEW) return <BackendRow key={name} {...common} />
    const plotted = Math.ceil(shown.at / STRETCH) * STRETCH
    return (
      <BackendCard
        key={name}
        {...common}
        times={history.times}
        stepMs={history.stepMs}
        probes={known?.probes.get(name)}
        plotted={plotted}
      />
    )
  }
  const listed = service.backends.length > FEW ? worstFirst(backends) : backends
  return (
    <ul
      class={`cards ${service.backends.length > FEW ? 'is-many' : ''}`}
      aria-label={`Backends of ${service.name}`}
    >
      {listed.map(card)}
    </ul>
  )
}

function worstFirst(backends: readonly BackendView[]): readonly BackendView[] {
  const place = (backend: BackendView): number => STANDINGS.indexOf(standingOf(backend))
  return [...backends].sort((a, b) => place(a) - place(b))
}
