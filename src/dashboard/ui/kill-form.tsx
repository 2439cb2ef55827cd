import type { JSX } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { count } from '../model/status.js'

/** Ends all sessions of a backend, once the operator has said so twice. */
export function KillForm({ sessions, apply }: { readonly sessions: number; apply(): void }): JSX.Element {
  const [asked, setAsked] = useState(false)
  const wasAsked = useRef(false)
  const [kill, keep] = [useRef<HTMLButtonElement>(null), useRef<HTMLButtonElement>(null)]
  // The button that had the focus is gone: no key may be pressed before another one has it.
  useLayoutEffect(() => {
    if (asked) keep.current?.focus()
    else if (wasAsked.current) kill.current?.focus()
    wasAsked.current = asked
  }, [asked])
  if (!asked) {
    return (
      <div class="form is-row">
        <p>{count(sessions, 'active session', 'active sessions')}</p>
        <button
          type="button"
          ref={kill}
          class="danger"
          disabled={sessions === 0}
          onClick={() => setAsked(true)}
        >
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
