import { count, formatAmount, formatByteRate, formatSpan } from '../amounts.js'
import { failoverWords } from '../backend-state.js'
import { eventLine } from '../event-line.js'
import { listenerWords } from '../status-table.js'
import { span, type Span } from '../styled.js'
import { displayWidth, printable } from '../terminal-text.js'
import { backendLine, lineWidths, selectedLine, titles } from './backend-line.js'
import { selectedRow } from './keys.js'
import { matchingBackends, type Row } from './rows.js'
import { sparkline } from './sparkline.js'
import type { TopState } from './top-state.js'
import { latest, type Rate } from './traffic.js'

/** The lines of a screen from top to bottom, which together are as many as it has rows. */
export interface Frame {
  readonly header: readonly Line[]
  readonly body: readonly Line[]
  readonly footer: readonly Line[]
}

export type Line = readonly Span[]

const LEAST_EVENTS = 3

/** What the screen shows in a state. */
export function frameOf(state: TopState): Frame {
  const { columns, rows } = state.size
  const header = headerLines(state)
  const backends = matchingBackends(state)
  const widths = lineWidths(backends, columns)
  const list = listLines(state, backends)
  const fixed = header.length + 1
  const row = selectedRow(state)
  const details = row === undefined ? [] : [selectedLine(row, state.now)]
  const room = Math.max(0, rows - fixed - 1)
  // The list has what it needs, but leaves some rows to the events if there are any to spare.
  const reserved = room >= 10 ? Math.max(LEAST_EVENTS, Math.floor(room / 5)) + 1 + details.length : 0
  const height = Math.min(list.length, room - reserved)
  const rest = room - height
  const shown = window(list, height)
  return {
    header: [...header, titles(widths)],
    body: shown.map(line =>
      'row' in line
        ? backendLine(line.row, state.traffic.rates.get(line.row.key) ?? [], {
            widths,
            isSelected: line.isSelected,
            now: state.now,
          })
        : line.line,
    ),
    footer: [...lowerLines(state, details, rest), footerLine(state)],
  }
}

type ListLine =
  { readonly row: Row; readonly isSelected: boolean } | { readonly line: Line; readonly isSelected: false }

function headerLines(state: TopState): Line[] {
  const { services, address, traffic, now, size } = state
  const backends = services.flatMap(service => service.backends)
  const down = backends.filter(({ health }) => health === 'down').length
  const leaving = services.flatMap(service => service.leaving)
  const sessions = [...backends, ...leaving].reduce((sum, one) => sum + one.sessionsActive, 0)
  const counts = [
    span(`  ${count(services.length, 'service')}  ${count(backends.length, 'backend')}`),
    span(down === 0 ? '' : ` (${down} down)`, 'bad'),
    span(`  ${count(sessions, 'session')}`),
  ]
  const { connections, bytes } = latest(traffic.sum)
  const width = size.columns >= 110 ? 30 : 15
  return [
    firstLine(printable(address), counts, state),
    [
      span('connections '),
      span(`${formatAmount(connections)}/s `.padEnd(8), 'strong'),
      span(sumSparkline(traffic.sum, now, width, 'connections'), 'special'),
      span('   bytes '),
      span(`${formatByteRate(bytes)} `.padEnd(10), 'strong'),
      span(sumSparkline(traffic.sum, now, width, 'bytes'), 'special'),
    ],
  ]
}

/** Who is watched, and whether it answers; what does not fit is said in fewer words. */
function firstLine(address: string, counts: Line, { connection, now, size }: TopState): Line {
  if ('lost' in connection) {
    const lost = `  connection lost, trying again (${printable(connection.lost)})`
    return [span('evenkeel ', 'strong'), span(address), span(lost, 'bad')]
  }
  const since = formatSpan(now - connection.since)
  const [full, short, shortest] = [
    [[span('evenkeel ', 'strong'), span(address), ...counts], [span(`connected ${since}`, 'faint')]],
    [[span(address, 'strong'), ...counts], [span(`connected ${since}`, 'faint')]],
    [[span(address, 'strong'), ...counts], [span(since, 'faint')]],
  ] as const
  const [left, right] = [full, short].find(parts => fits(parts.flat(), size.columns)) ?? shortest
  return [...left, span(' '.repeat(Math.max(2, size.columns - widthOf([...left, ...right])))), ...right]
}

function fits(line: Line, columns: number): boolean {
  return widthOf(line) + 2 <= columns
}

function widthOf(line: Line): number {
  return displayWidth(line.map(({ text }) => text).join(''))
}

function sumSparkline(sum: readonly Rate[], now: number, width: number, of: 'connections' | 'bytes'): string {
  const samples = sum.map(rate => ({ second: rate.second, value: rate[of] }))
  return sparkline(samples, Math.floor(now / 1000), width)
}

/** Each service with its backends; a service without a backend that matches a filter is left out. */
function listLines(state: TopState, rows: readonly Row[]): ListLine[] {
  const lines = state.services.flatMap((service): ListLine[] => {
    const own = rows.filter(row => row.service === service)
    if (own.length === 0 && state.filter !== '') return []
    const [failover, style] = failoverWords(service)
    const title = [
      span(printable(service.name), 'strong'),
      span(`  ${service.balance}  `),
      span(failover, style),
      span(`  ${listenerWords(service.listeners)}`, 'faint'),
    ]
    const leaving = service.leaving.map(({ name, sessionsActive }): ListLine => {
      const line = [
        span(`    ${printable(name)}  removed, ${count(sessionsActive, 'session')} left`, 'faint'),
      ]
      return { line, isSelected: false }
    })
    return [
      { line: title, isSelected: false },
      ...own.map(row => ({ row, isSelected: row.key === state.selected })),
      ...leaving,
    ]
  })
  if (lines.length > 0) return lines
  const nothing = state.filter === '' ? 'no services' : `no backend matches ${JSON.stringify(state.filter)}`
  return [{ line: [span(nothing, 'warning')], isSelected: false }]
}

/** As many of the lines as there is room for, around the selected one. */
function window(lines: readonly ListLine[], height: number): readonly ListLine[] {
  const selected = lines.findIndex(({ isSelected }) => isSelected)
  const middle = selected - Math.floor(height / 2)
  const start = Math.max(0, Math.min(middle, lines.length - height))
  return lines.slice(start, start + height)
}

/** What is said of the selected backend, and the last events; as many lines as there is room for. */
function lowerLines(state: TopState, details: readonly Line[], room: number): Line[] {
  const events = Math.max(0, room - details.length - 1)
  const shown = events === 0 ? [] : state.entries.slice(-events).map(entry => eventLine(entry, state.now))
  const rule = span('─'.repeat(state.size.columns), 'faint')
  const lines = room > 0 ? [[rule], ...details, ...shown].slice(0, room) : []
  const missing = Array.from({ length: room - lines.length }, (): Line => [])
  return [...lines, ...missing]
}

const KEYS = '↑↓ select  d drain  r ready  m maintenance  x end sessions  / filter  s sort  ? help  q quit'
const FEW_KEYS = '↑↓ d drain  r ready  m maint.  x end sessions  / filter  s sort  ? help  q quit'

function footerLine({ mode, filter, notice, sort, readOnly, size }: TopState): Line {
  if (mode.kind === 'kill') {
    const { service, backend } = mode.row
    const name = printable(`${service.name}/${backend.name}`)
    return [span(`end ${count(backend.sessionsActive, 'session')} of ${name}? y/n`, 'warning')]
  }
  if (mode.kind === 'filter')
    return [span('/', 'strong'), span(filter), span('▏', 'strong'), span('  Enter keeps, Esc drops', 'faint')]
  if (notice !== undefined) return [span(notice.text, notice.style)]
  const chosen = [
    ...(filter === '' ? [] : [`filter ${JSON.stringify(filter)}`]),
    ...(sort === 'configuration' ? [] : [`by ${sort}`]),
  ].join(', ')
  const keys = displayWidth(KEYS) + displayWidth(chosen) + 2 <= size.columns ? KEYS : FEW_KEYS
  const offered =
    readOnly === undefined
      ? keys
      : 'no token: nothing can be changed  ↑↓ select  / filter  s sort  ? help  q quit'
  if (chosen === '') return [span(offered, 'faint')]
  return [span(`${chosen}  `, 'special'), span(offered, 'faint')]
}
