import type { JSX } from 'preact'
import { amount, countdown, milliseconds } from '../model/format.js'
import { standingOf } from '../model/status.js'
import type { BackendCardProps } from './backend-card.js'
import { StandingPill } from './standing-pill.js'
import { Tags } from './tags.js'
import { unlessUnchanged } from './unchanged.js'

type BackendRowProps = Pick<BackendCardProps, 'service' | 'backend' | 'rates' | 'now' | 'operate'>

/** A backend among many: what tells whether to look closer. */
export const BackendRow = unlessUnchanged(function BackendRow(props: BackendRowProps): JSX.Element {
  const { service, backend, rates, now, operate } = props
  const { name, address, cause, lastProbe, deadline } = backend
  const standing = standingOf(backend)
  return (
    <li class={`card is-compact is-${standing}`}>
      <div class="card-head">
        <h3>{name}</h3>
        <StandingPill standing={standing} />
      </div>
      <p class="address">
        {address === name ? null : address}
        <Tags backend={backend} />
      </p>
      <p class="summary">
        {standing === 'down' && lastProbe !== null ? (
          <span class="reason is-failed">
            {cause}: {lastProbe.reason}
          </span>
        ) : (
          <>
            <span>
              <b>{amount(backend.sessionsActive)}</b> sessions
            </span>
            <span>
              <b>{amount(rates?.connections)}</b>/s
            </span>
            <span>
              {deadline === null
                ? milliseconds(lastProbe?.durationMs)
                : `${deadline.then} in ${countdown(Date.parse(deadline.at) - now)}`}
            </span>
          </>
        )}
        <button
          type="button"
          class="quiet"
          aria-label={`Manage ${name}`}
          onClick={() => operate.open(service, name, backend.state)}
        >
          Manage
        </button>
      </p>
    </li>
  )
})
