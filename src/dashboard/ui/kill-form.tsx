import type { JSX } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { count } from '../model/status.js'

/** Ends all sessions of a backend, once the operator has said so twice. */
export function KillForm({ sessions, apply }: { readonly sessions: number; apply(): void }): JSX.Element {
  const [asked, setAsked] = useState(false)
  const keep = useRef<HTMLButtonElement>(null)
  useEffect(() => keep.current?.focus(), [asked])
  if (!asked) {
    return (
      <div class="form is-row">
        <p>{count(sessions, 'active session', 'active sessions')}</p>
        <button type="button" class="danger" disabled={sessions === 0} onClick={() => setAsked(true)}>
          Kill sessions
        </button>
      </div>
    )
  }
  return (
    <div class="form is-row is-danger" role="group" aria-labelledby="kill-question">
      <p id="kill-question">
        {count(sessions, 'session is', 'sessions are')} cut off in the middle of what they do. Kill them?
      </p>
      <div class="buttons">
        <button type="button" ref={keep} onClick={() => setAsked(false)}>
          Keep them
        </button>
        <button type="button" class="danger is-sure" onClick={apply}>
          Kill them
        </button>
      </div>
    </div>
  )
}
