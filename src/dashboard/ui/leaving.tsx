import type { JSX } from 'preact'
import type { ServiceView } from '../../api/views.js'
import { count } from '../model/status.js'

/** The backends that were removed and still have sessions. */
export function Leaving({ service }: { readonly service: ServiceView }): JSX.Element | null {
  if (service.leaving.length === 0) return null
  return (
    <div class="leaving">
      <h3>Leaving</h3>
      <ul aria-label={`Backends that leave ${service.name}`}>
        {service.leaving.map(({ name, address, sessionsActive }) => (
          <li key={name}>
            <b>{name}</b> <span class="muted">{address === name ? '' : address}</span>{' '}
            {count(sessionsActive, 'session', 'sessions')} left
          </li>
        ))}
      </ul>
    </div>
  )
}
