import type { BackendChange } from '../../api/changes.js'
import { matchingBackends, SORTS, type Row } from './rows.js'
import { settle, type TopState } from './top-state.js'

/** A key that was pressed: a printable character as it is, others by name. */
export type Key =
  | { readonly kind: 'character'; readonly character: string }
  | {
      readonly kind: 'up' | 'down' | 'page-up' | 'page-down' | 'enter' | 'escape' | 'backspace' | 'interrupt'
    }

/** What a key sets in motion beyond the screen. */
export type Effect =
  | { readonly kind: 'quit' }
  | { readonly kind: 'change'; readonly row: Row; readonly change: BackendChange }
  | { readonly kind: 'kill'; readonly row: Row }

export interface Pressed {
  readonly state: TopState
  readonly effect?: Effect
}

/** The state after a key, and what it asks for. */
export function press(state: TopState, key: Key): Pressed {
  if (key.kind === 'interrupt') return { state, effect: { kind: 'quit' } }
  switch (state.mode.kind) {
    case 'list':
      return pressInList(state, key)
    case 'filter':
      return { state: settle(pressInFilter(state, state.mode.before, key)) }
    case 'help':
      return { state: inList(state) }
    case 'kill':
      return pressInQuestion(state, state.mode.row, key)
  }
}

const PAGE = 10

function pressInList(state: TopState, key: Key): Pressed {
  switch (key.kind) {
    case 'up':
      return { state: move(state, -1) }
    case 'down':
      return { state: move(state, 1) }
    case 'page-up':
      return { state: move(state, -PAGE) }
    case 'page-down':
      return { state: move(state, PAGE) }
    case 'escape':
      return { state: settle({ ...state, filter: '', notice: undefined }) }
    case 'character':
      return pressCharacter(state, key.character)
    default:
      return { state }
  }
}

function pressCharacter(state: TopState, character: string): Pressed {
  switch (character) {
    case 'k':
      return { state: move(state, -1) }
    case 'j':
      return { state: move(state, 1) }
    case 'g':
      return { state: move(state, -Infinity) }
    case 'G':
      return { state: move(state, Infinity) }
    case 'd':
      return change(state, { state: 'drain' })
    case 'r':
      return change(state, { state: 'ready' })
    case 'm':
      return change(state, { state: 'maintenance' })
    case 'x': {
      const row = selectedRow(state)
      return { state: row === undefined ? state : { ...state, mode: { kind: 'kill', row } } }
    }
    case '/':
      return { state: { ...state, mode: { kind: 'filter', before: state.filter } } }
    case 's':
      return { state: settle({ ...state, sort: following(state.sort) }) }
    case '?':
      return { state: { ...state, mode: { kind: 'help' } } }
    case 'q':
      return { state, effect: { kind: 'quit' } }
    default:
      return { state }
  }
}

function pressInFilter(state: TopState, before: string, key: Key): TopState {
  switch (key.kind) {
    case 'character':
      return { ...state, filter: state.filter + key.character }
    case 'backspace':
      return { ...state, filter: [...state.filter].slice(0, -1).join('') }
    case 'escape':
      return inList({ ...state, filter: before })
    case 'enter':
      return inList(state)
    case 'up':
      return move(state, -1)
    case 'down':
      return move(state, 1)
    default:
      return state
  }
}

function pressInQuestion(state: TopState, row: Row, key: Key): Pressed {
  const answer = key.kind === 'character' ? key.character.toLowerCase() : key.kind
  if (answer === 'y') return { state: inList(state), effect: { kind: 'kill', row } }
  return { state: ['n', 'q', 'escape'].includes(answer) ? inList(state) : state }
}

function inList(state: TopState): TopState {
  return { ...state, mode: { kind: 'list' } }
}

function move(state: TopState, by: number): TopState {
  const rows = matchingBackends(state)
  const cursor = Math.max(0, Math.min(state.cursor + by, rows.length - 1))
  return { ...state, cursor, selected: rows[cursor]?.key }
}

function change(state: TopState, wanted: BackendChange): Pressed {
  const row = selectedRow(state)
  return row === undefined ? { state } : { state, effect: { kind: 'change', row, change: wanted } }
}

/** The backend that keys are about. */
export function selectedRow(state: TopState): Row | undefined {
  return matchingBackends(state).find(({ key }) => key === state.selected)
}

function following(sort: TopState['sort']): TopState['sort'] {
  return SORTS[(SORTS.indexOf(sort) + 1) % SORTS.length] ?? 'configuration'
}
