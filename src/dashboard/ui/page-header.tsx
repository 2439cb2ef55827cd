import type { JSX } from 'preact'
import type { Connection } from '../model/store.js'
import type { Overall } from '../model/status.js'
import { Icon } from './icon.js'
import { ThemeSwitch } from './theme-switch.js'

const CONNECTION: Readonly<Record<Connection, string>> = {
  connecting: 'Connecting',
  live: 'Live',
  lost: 'Reconnecting',
}

interface PageHeaderProps {
  readonly state: Overall
  readonly connection: Connection
  readonly wanted: string
  look(wanted: string): void
  reload(): void
}

/** How everything stands, and what is done to all of it. */
export function PageHeader({ state, connection, wanted, look, reload }: PageHeaderProps): JSX.Element {
  return (
    <header class="page-head">
      <h1>
        <Mark />
        evenkeel
      </h1>
      <p class={`overall is-${state.kind}`} role="status">
        <span class="pill">
          <Icon symbol={state.kind} />
          {state.words}
        </span>
        <span class="overall-detail">{state.detail}</span>
      </p>
      <div class="tools">
        <p class={`connection is-${connection}`}>
          <i aria-hidden="true" />
          {CONNECTION[connection]}
        </p>
        <input
          type="search"
          aria-label="Filter backends by name, address or state"
          placeholder="Filter backends"
          spellcheck={false}
          value={wanted}
          onInput={({ currentTarget }) => look(currentTarget.value)}
        />
        <ThemeSwitch />
        <button type="button" onClick={reload}>
          Reload configuration
        </button>
      </div>
    </header>
  )
}

/** A hull that floats level. */
function Mark(): JSX.Element {
  return (
    <svg class="mark" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d="M2 11h20M5 11c.5 5 3 7.5 7 7.5s6.5-2.5 7-7.5M12 3v15.5" />
    </svg>
  )
}
