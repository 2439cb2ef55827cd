import { span, type Span, type Style } from './styled.js'
import { cutMiddle, displayWidth, pad } from './terminal-text.js'

/** A column of a table. */
export interface Column {
  readonly title: string
  /** Where its cells stand; numbers stand at the end. */
  readonly align: 'start' | 'end'
  /** How narrow it may be made for the table to fit; undefined = never cut. */
  readonly least?: number
}

/** A cell: printable text and how it looks. */
export type Cell = readonly [text: string, style?: Style]

const GAP = 2

/**
 * The widths of the columns for these rows, so that a table with gaps of two fits `width` columns if it can: of the columns
 * that may be cut, always the widest loses. A column of empty cells takes none, and its title is left out.
 */
export function columnWidths(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  width: number,
): number[] {
  const widths = columns.map(({ title }, index) => {
    const widest = rows.reduce((most, row) => Math.max(most, displayWidth(row[index]?.[0] ?? '')), 0)
    return widest === 0 ? 0 : Math.max(widest, displayWidth(title))
  })
  for (let excess = totalWidth(widths) - width; excess > 0; excess--) {
    const [widest] = columns
      .map(({ least = Infinity }, index) => ({ index, spare: (widths[index] ?? 0) - least }))
      .filter(({ spare }) => spare > 0)
      .sort((a, b) => (widths[b.index] ?? 0) - (widths[a.index] ?? 0))
    if (widest === undefined) break
    widths[widest.index] = (widths[widest.index] ?? 0) - 1
  }
  return widths
}

/** How many columns of the terminal a row with these widths takes. */
export function totalWidth(widths: readonly number[]): number {
  const shown = widths.filter(width => width > 0)
  return shown.reduce((sum, width) => sum + width, GAP * Math.max(0, shown.length - 1))
}

/** One row in these widths; a cell that is too long loses its middle. */
export function layRow(columns: readonly Column[], row: readonly Cell[], widths: readonly number[]): Span[] {
  const spans: Span[] = []
  for (const [index, { align }] of columns.entries()) {
    const width = widths[index] ?? 0
    if (width === 0) continue
    const [text = '', style] = row[index] ?? []
    if (spans.length > 0) spans.push(span(' '.repeat(GAP)))
    spans.push(span(pad(cutMiddle(text, width), width, align === 'end' ? 'start' : 'end'), style))
  }
  return spans
}

/** The titles in these widths. */
export function layTitles(columns: readonly Column[], widths: readonly number[]): Span[] {
  const titles = columns.map(({ title }): Cell => [title, 'faint'])
  return layRow(columns, titles, widths)
}
