import type { JournalEntry, LiveView } from '../../api/views.js'
import type { Millis } from '../../clock.js'
import type { Style } from '../styled.js'
import { matchingBackends, type Row, type Selection } from './rows.js'
import { watchTraffic } from './traffic.js'

/** What keys mean at the moment. */
export type Mode =
  | { readonly kind: 'list' }
  /** `before` comes back with Escape. */
  | { readonly kind: 'filter'; readonly before: string }
  | { readonly kind: 'help' }
  /** A question with y or n. */
  | { readonly kind: 'kill'; readonly row: Row }

export interface Notice {
  readonly text: string
  readonly style: Style
  /** Milliseconds since 1970. */
  readonly until: Millis
}

/** All that the screen shows. Never changed: each key and each message makes the next one. */
export interface TopState extends Selection {
  /** As the user named it. */
  readonly address: string
  readonly size: { readonly columns: number; readonly rows: number }
  readonly color: boolean
  /** The time of the process that is watched when it last spoke, milliseconds since 1970. */
  readonly now: Millis
  /** Since when, milliseconds since 1970; or the code of what went wrong. */
  readonly connection: { readonly since: Millis } | { readonly lost: string }
  /** Why nothing can be changed; undefined = it can. */
  readonly readOnly: string | undefined
  /** Oldest first. */
  readonly entries: readonly JournalEntry[]
  readonly mode: Mode
  /** The key of the selected backend, and where it stands, should it disappear. */
  readonly selected: string | undefined
  readonly cursor: number
  readonly notice: Notice | undefined
}

const MOST_ENTRIES = 200
const NOTICE_TIME: Millis = 6000

/** The state after another look at the process. */
export function withServices(state: TopState, view: LiveView): TopState {
  const now = Date.parse(view.at)
  const since = 'since' in state.connection ? state.connection.since : now
  return settle({
    ...state,
    now,
    connection: { since },
    services: view.services,
    traffic: watchTraffic(state.traffic, view),
  })
}

/** The state after an event; one that is known already changes nothing. */
export function withEntry(state: TopState, entry: JournalEntry): TopState {
  if (state.entries.some(({ id, time }) => id === entry.id && time === entry.time)) return state
  return { ...state, entries: [...state.entries, entry].slice(-MOST_ENTRIES) }
}

/** The state with a line for a few seconds where the keys are named. */
export function withNotice(state: TopState, text: string, style: Style): TopState {
  return { ...state, notice: { text, style, until: state.now + NOTICE_TIME } }
}

/** The state at a later time: what was to be seen for a while goes. */
export function settle(state: TopState): TopState {
  const notice = state.notice !== undefined && state.notice.until > state.now ? state.notice : undefined
  const rows = matchingBackends(state)
  const found = rows.findIndex(({ key }) => key === state.selected)
  const cursor = found >= 0 ? found : Math.max(0, Math.min(state.cursor, rows.length - 1))
  return { ...state, notice, cursor, selected: rows[cursor]?.key }
}
