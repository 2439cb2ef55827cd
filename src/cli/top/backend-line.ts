import type { BackendView } from '../../api/views.js'
import type { Millis } from '../../clock.js'
import { formatAmount, formatByteRate, formatProbeTime } from '../amounts.js'
import {
  deadlineWords,
  stateSign,
  stateStyle,
  stateWords,
  troubleWords,
  weightWords,
} from '../backend-state.js'
import { span, type Span } from '../styled.js'
import type { Cell } from '../table.js'
import { cutMiddle, displayWidth, pad, printable } from '../terminal-text.js'
import type { Row } from './rows.js'
import { sparkline } from './sparkline.js'
import { latest, type Rate } from './traffic.js'

/** How wide the parts of a line are; a part without width is left out. */
export interface LineWidths {
  readonly name: number
  readonly state: number
  readonly sparkline: number
  readonly weight: number
  readonly remarks: number
}

const [SESSIONS, CONNECTIONS, BYTES, PROBE] = [5, 6, 9, 7]
/** The mark of the selected line and the sign of the state. */
const MARKS = 4
const NUMBERS = SESSIONS + CONNECTIONS + BYTES + PROBE
/** Room for most names; longer ones show both ends. */
const [LEAST_NAME, MOST_NAME] = [15, 28]
const GAPS = 7
/** Remarks with less room are left to the line about the selected backend. */
const LEAST_REMARKS = 20

/** How the width of the terminal is shared out for these backends. */
export function lineWidths(rows: readonly Row[], columns: number): LineWidths {
  const widest = (texts: readonly string[]): number => Math.max(0, ...texts.map(displayWidth))
  const spark = columns >= 110 ? 20 : columns >= 74 ? 10 : 0
  const weight = Math.max(2, widest(rows.map(({ backend }) => weightWords(backend))))
  const room = Math.max(16, columns - MARKS - NUMBERS - GAPS - spark - weight)
  const wantedName = widest(rows.map(({ backend }) => printable(backend.name)))
  const wantedState = Math.max(11, widest(rows.map(({ backend }) => shortState(backend))))
  const state = Math.min(wantedState, Math.max(11, room - Math.min(wantedName, LEAST_NAME)))
  const name = Math.max(8, Math.min(wantedName, MOST_NAME, room - state))
  const left = room - state - name - 1
  return { name, state, sparkline: spark, weight, remarks: left < LEAST_REMARKS ? 0 : left }
}

/** The titles above the lines. */
export function titles(widths: LineWidths): Span[] {
  const cells: [string, number, ('start' | 'end')?][] = [
    ['BACKEND', widths.name],
    ['STATE', widths.state],
    ['SESS', SESSIONS, 'start'],
    ['CONN/S', CONNECTIONS, 'start'],
    ['BYTES/S', BYTES, 'start'],
    [widths.sparkline > 10 ? 'LAST MINUTE' : 'LAST MIN', widths.sparkline],
    ['PROBE', PROBE, 'start'],
    [widths.weight < 6 ? 'WT' : 'WEIGHT', widths.weight, 'start'],
    ['REMARKS', widths.remarks],
  ]
  const shown = cells.filter(([, width]) => width > 0).map(([title, width, side]) => pad(title, width, side))
  return [span(`    ${shown.join(' ')}`, 'faint')]
}

/** What there is to see of a backend. @param now milliseconds since 1970 */
export function backendLine(
  { backend }: Row,
  rates: readonly Rate[],
  {
    widths,
    isSelected,
    now,
  }: { readonly widths: LineWidths; readonly isSelected: boolean; readonly now: Millis },
): Span[] {
  const style = stateStyle(backend)
  const [sign, signStyle] = stateSign(backend)
  const { connections, bytes } = latest(rates)
  const samples = rates.map(rate => ({ second: rate.second, value: rate.bytes }))
  const { lastProbe } = backend
  const cells: [Cell, number, ('start' | 'end')?][] = [
    [[printable(backend.name), isSelected ? 'strong' : 'plain'], widths.name],
    [[shortState(backend), style], widths.state],
    [[formatAmount(backend.sessionsActive)], SESSIONS, 'start'],
    [[formatAmount(connections)], CONNECTIONS, 'start'],
    [[formatByteRate(bytes)], BYTES, 'start'],
    [[sparkline(samples, Math.floor(now / 1000), widths.sparkline), 'special'], widths.sparkline],
    [[lastProbe === null ? '-' : formatProbeTime(lastProbe.durationMs)], PROBE, 'start'],
    [[weightWords(backend)], widths.weight, 'start'],
    [[remarks(backend, now), style], widths.remarks],
  ]
  return [
    span(isSelected ? '> ' : '  ', 'strong'),
    span(`${sign} `, signStyle),
    ...cells
      .filter(([, width]) => width > 0)
      .flatMap(([[text, style], width, side], index) => [
        span(index === 0 ? '' : ' '),
        span(pad(cutMiddle(text, width), width, side), style),
      ]),
  ]
}

/** All there is to say of the selected backend, in one line. */
export function selectedLine({ service, backend }: Row, now: Millis): Span[] {
  const words = remarks(backend, now)
  const { lastProbe } = backend
  const probe = lastProbe?.ok === true && words === '' ? `last probe: ${printable(lastProbe.reason)}` : ''
  const address = backend.address === backend.name ? '' : `  ${printable(backend.address)}`
  return [
    span(printable(`${service.name}/${backend.name}`), 'strong'),
    span(address),
    span(`  ${stateWords(backend)}`, stateStyle(backend)),
    span(words === '' ? '' : `  ${words}`, stateStyle(backend)),
    span(probe === '' ? '' : `  ${probe}`, 'faint'),
  ]
}

/** The state in few words: what the operator wants tells more than the health of a backend that is to get nobody. */
function shortState(backend: BackendView): string {
  const { health, cause, state } = backend
  if (state === 'maintenance') return state
  if (state === 'drain') return health === 'down' ? 'down, drain' : state
  if (health === 'unknown' && backend.backup) return 'backup, ?'
  return health === 'down' && cause !== null ? `down: ${cause}` : stateWords(backend)
}

function remarks(backend: BackendView, now: Millis): string {
  return [deadlineWords(backend, now), troubleWords(backend)].filter(words => words !== undefined).join('; ')
}
