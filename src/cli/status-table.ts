import type { BackendView, ListenerView, ServiceView } from '../api/views.js'
import type { Millis } from '../clock.js'
import { formatHostPort } from '../core/backend.js'
import { count, formatProbeTime } from './amounts.js'
import {
  deadlineWords,
  failoverWords,
  stateSign,
  stateStyle,
  stateWords,
  troubleWords,
  weightWords,
} from './backend-state.js'
import { paint, span, type Span } from './styled.js'
import { columnWidths, layRow, layTitles, totalWidth, type Cell, type Column } from './table.js'
import { cutEnd, cutMiddle, displayWidth, printable } from './terminal-text.js'

/** How a table is to look. */
export interface Look {
  /** Columns of the terminal. */
  readonly width: number
  readonly color: boolean
  /** Milliseconds since 1970, for what is said about deadlines. */
  readonly now: Millis
}

const COLUMNS: readonly Column[] = [
  { title: '', align: 'start' },
  { title: 'BACKEND', align: 'start', least: 9 },
  { title: 'ADDRESS', align: 'start', least: 11 },
  { title: 'STATE', align: 'start', least: 12 },
  { title: 'WEIGHT', align: 'end' },
  { title: 'SESSIONS', align: 'end' },
  { title: 'PROBE', align: 'end' },
]

const INDENT = '  '
/** Remarks with less room beside their backend go below it. */
const ENOUGH_ROOM = 16

/** The services and their backends, for people; each line ends with a newline. */
export function statusTable(services: readonly ServiceView[], look: Look): string {
  if (services.length === 0) return 'no services\n'
  const width = look.width - INDENT.length
  const widths = columnWidths(COLUMNS, services.flatMap(rowsOf), width)
  return services
    .map(service => serviceLines(service, widths, look).map(line => `${paint(line, look.color)}\n`))
    .map(lines => lines.join(''))
    .join('\n')
}

/** The listeners of a service in the form they are configured in. */
export function listenerWords(listeners: readonly ListenerView[]): string {
  return listeners
    .map(({ protocol, address, port }) =>
      port === null
        ? `unix:${printable(address)}`
        : `${protocol}://${formatHostPort(printable(address), port)}`,
    )
    .join(' ')
}

function serviceLines(service: ServiceView, widths: readonly number[], look: Look): Span[][] {
  const lines = [titleLine(service, look.width)]
  if (service.backends.length + service.leaving.length > 0) {
    lines.push([span(INDENT), ...layTitles(COLUMNS, widths)])
  }
  for (const backend of service.backends) lines.push(...backendLines(backend, widths, look))
  for (const leaving of service.leaving) {
    lines.push([span(INDENT), ...layRow(COLUMNS, leavingRow(leaving), widths)])
  }
  return lines
}

function titleLine(service: ServiceView, width: number): Span[] {
  const [failover, style] = failoverWords(service)
  const active = [...service.backends, ...service.leaving].reduce((sum, one) => sum + one.sessionsActive, 0)
  const rest = `  ${service.balance}  ${failover}  ${count(active, 'session')}`
  const room = width - displayWidth(rest) - 2
  const name = cutMiddle(printable(service.name), Math.max(10, room - 20))
  const listeners = cutEnd(listenerWords(service.listeners), Math.max(0, room - displayWidth(name)))
  return [
    span(name, 'strong'),
    span(`  ${service.balance}  `),
    span(failover, style),
    span(`  ${count(active, 'session')}`),
    span(listeners === '' ? '' : `  ${listeners}`, 'faint'),
  ]
}

/** The row of a backend, and below it what there is to say where there is no room beside it. */
function backendLines(backend: BackendView, widths: readonly number[], { width, now }: Look): Span[][] {
  const row = [span(INDENT), ...layRow(COLUMNS, backendRow(backend), widths)]
  const remarks = [deadlineWords(backend, now), troubleWords(backend)].filter(words => words !== undefined)
  if (remarks.length === 0) return [row]
  const text = remarks.join('; ')
  const room = width - INDENT.length - totalWidth(widths) - 2
  if (displayWidth(text) <= room) return [[...row, span(`  ${text}`, stateStyle(backend))]]
  const below = `${INDENT}   └ `
  if (room < ENOUGH_ROOM || displayWidth(below + text) <= width) {
    return [row, [span(below, 'faint'), span(cutMiddle(text, width - below.length), stateStyle(backend))]]
  }
  return [[...row, span(`  ${cutMiddle(text, room)}`, stateStyle(backend))]]
}

function rowsOf(service: ServiceView): (readonly Cell[])[] {
  return [...service.backends.map(backendRow), ...service.leaving.map(leavingRow)]
}

function backendRow(backend: BackendView): Cell[] {
  const { name, address, lastProbe, maxConnections, sessionsActive } = backend
  const most = maxConnections === null ? '' : `/${maxConnections}`
  return [
    stateSign(backend),
    [printable(name)],
    // A backend without a name of its own is called by its address.
    [name === address ? '' : printable(address)],
    [stateWords(backend), stateStyle(backend)],
    [weightWords(backend)],
    [`${sessionsActive}${most}`],
    [lastProbe === null ? '-' : formatProbeTime(lastProbe.durationMs)],
  ]
}

function leavingRow({ name, address, sessionsActive }: ServiceView['leaving'][number]): Cell[] {
  return [
    ['○', 'faint'],
    [printable(name)],
    [printable(address)],
    ['removed', 'faint'],
    [''],
    [String(sessionsActive)],
  ]
}
