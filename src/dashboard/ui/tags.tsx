import type { JSX } from 'preact'
import type { BackendView } from '../../api/views.js'
import { amount, weight } from '../model/format.js'

/** How many sessions a backend is to get: its tier, its share and its limit. */
export function Tags({ backend }: { readonly backend: BackendView }): JSX.Element {
  const { backup, weight: full, effectiveWeight, maxConnections, sessionsActive } = backend
  const isFull = maxConnections !== null && sessionsActive >= maxConnections
  return (
    <>
      {backup ? <span class="tag">backup</span> : null}
      <span class="tag">
        weight {effectiveWeight === full ? weight(full) : `${weight(effectiveWeight)} of ${weight(full)}`}
      </span>
      {maxConnections === null ? null : (
        <span class={`tag ${isFull ? 'is-full' : ''}`}>
          {isFull ? 'full at' : 'at most'} {amount(maxConnections)}
        </span>
      )}
    </>
  )
}
