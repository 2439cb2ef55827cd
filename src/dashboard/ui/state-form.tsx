import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { BackendChange } from '../../api/changes.js'
import type { AdminState, DeadlineAction } from '../../core/backend.js'

const STATES: readonly { readonly state: AdminState; readonly name: string; readonly meaning: string }[] = [
  { state: 'ready', name: 'Ready', meaning: 'gets new sessions while it is healthy' },
  { state: 'drain', name: 'Drain', meaning: 'gets no new session, those it has go on' },
  { state: 'maintenance', name: 'Maintenance', meaning: 'drain, and no probes' },
]

const THEN: readonly { readonly then: DeadlineAction; readonly name: string }[] = [
  { then: 'kill', name: 'end its sessions' },
  { then: 'ready', name: 'make it ready' },
  { then: 'maintenance', name: 'maintenance' },
]

/** Chooses the admin state, and for how long. */
export function StateForm({
  current,
  chosen,
  wrong,
  apply,
}: {
  readonly current: AdminState
  readonly chosen: AdminState
  /** The path of the value that the server refused. */
  readonly wrong: string | undefined
  apply(change: BackendChange): void
}): JSX.Element {
  const [state, setState] = useState(chosen)
  const [duration, setDuration] = useState('')
  const [then, setThen] = useState<DeadlineAction>(chosen === 'maintenance' ? 'ready' : 'kill')
  const submit = (event: Event): void => {
    event.preventDefault()
    const limited = state !== 'ready' && duration.trim() !== ''
    apply(limited ? { state, for: duration.trim(), then } : { state })
  }
  return (
    <form class="form" onSubmit={submit}>
      <fieldset class="choices">
        <legend>State</legend>
        {STATES.map(({ state: value, name, meaning }) => (
          <div class="choice" key={value}>
            <label>
              <input
                type="radio"
                name="state"
                value={value}
                checked={state === value}
                autofocus={value === chosen}
                aria-describedby={`state-${value}`}
                onChange={() => setState(value)}
              />
              {name}
            </label>
            <span class="note" id={`state-${value}`}>
              {value === current ? 'now; ' : ''}
              {meaning}
            </span>
          </div>
        ))}
      </fieldset>
      <fieldset class="limits" disabled={state === 'ready'}>
        <legend class="hidden">Time limit</legend>
        <label class="field">
          For
          <input
            type="text"
            placeholder="no limit"
            spellcheck={false}
            autocomplete="off"
            value={duration}
            aria-describedby="duration-note backend-failure"
            aria-invalid={wrong === 'for'}
            onInput={({ currentTarget }) => setDuration(currentTarget.value)}
          />
        </label>
        <label class="field">
          Then
          <select
            value={then}
            disabled={duration.trim() === ''}
            onChange={({ currentTarget }) =>
              setThen(THEN.find(({ then }) => then === currentTarget.value)?.then ?? 'kill')
            }
          >
            {THEN.map(({ then, name }) => (
              <option key={then} value={then}>
                {name}
              </option>
            ))}
          </select>
        </label>
      </fieldset>
      <div class="form-foot">
        <p class="note" id="duration-note">
          Durations are 30s, 10m, 1.5h.
        </p>
        <button type="submit" class="primary">
          Apply state
        </button>
      </div>
    </form>
  )
}
