import type { JSX } from 'preact'
import type { BackendView, ListenerView, ServiceView } from '../../api/views.js'
import { failoverWords } from '../model/status.js'
import type { History } from '../model/history.js'
import type { Shown } from '../model/store.js'
import { BackendList } from './backend-list.js'
import { FleetStrip } from './fleet-strip.js'
import { Icon } from './icon.js'
import { Leaving } from './leaving.js'
import type { Operate } from './operate.js'
import { ServicePlots } from './service-plots.js'

interface ServiceSectionProps {
  readonly service: ServiceView
  readonly shown: Shown
  readonly history: History
  /** Lower case; '' = all backends. */
  readonly wanted: string
  matches(backend: BackendView): boolean
  readonly operate: Operate
}

/** A service: where it listens, who serves, what happens, and its backends. */
export function ServiceSection({
  service,
  shown,
  history,
  wanted,
  matches,
  operate,
}: ServiceSectionProps): JSX.Element {
  const { name, failover, balance, listeners, datapath } = service
  const id = `service-${name}`
  const backends = wanted === '' ? service.backends : service.backends.filter(matches)
  const symbol = failover === 'primary' ? 'well' : failover === 'none' ? 'none' : 'degraded'
  return (
    <section class="service" aria-labelledby={id}>
      <header class="service-head">
        <h2 id={id}>{name}</h2>
        <span class={`pill is-${symbol}`}>
          <Icon symbol={symbol} />
          {failoverWords(failover)}
        </span>
        <ul class="facts" aria-label={`Listeners and settings of ${name}`}>
          {listeners.map(listener => (
            <li key={listenerText(listener)}>
              <code>{listenerText(listener)}</code>
            </li>
          ))}
          <li>{balance}</li>
          <li>{datapath}</li>
        </ul>
      </header>
      <ServicePlots service={service} shown={shown} history={history} />
      <FleetStrip backends={service.backends} />
      {backends.length === 0 && wanted !== '' ? (
        <p class="empty">
          No backend of {name} matches “{wanted}”.
        </p>
      ) : (
        <BackendList
          service={service}
          backends={backends}
          shown={shown}
          history={history}
          operate={operate}
        />
      )}
      <Leaving service={service} />
    </section>
  )
}

function listenerText({ protocol, address, port }: ListenerView): string {
  if (port === null) return `unix:${address}`
  return `${protocol}://${address.includes(':') ? `[${address}]` : address}:${port}`
}
