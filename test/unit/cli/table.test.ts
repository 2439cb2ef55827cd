import t from 'tap'
import { paint } from '../../../src/cli/styled.js'
import {
  columnWidths,
  layRow,
  layTitles,
  totalWidth,
  type Cell,
  type Column,
} from '../../../src/cli/table.js'

const COLUMNS: readonly Column[] = [
  { title: 'NAME', align: 'start', least: 5 },
  { title: 'EMPTY', align: 'start' },
  { title: 'SIZE', align: 'end' },
]

const ROWS: readonly (readonly Cell[])[] = [
  [['a-rather-long-name'], [''], ['7']],
  [['b', 'good'], [''], ['12345']],
]

t.test('columns are as wide as what is in them; an empty one is left out', t => {
  const widths = columnWidths(COLUMNS, ROWS, 80)
  t.same(widths, [18, 0, 5])
  t.equal(totalWidth(widths), 25)
  const lines = [layTitles(COLUMNS, widths), ...ROWS.map(row => layRow(COLUMNS, row, widths))]
  t.same(
    lines.map(line => paint(line, false)),
    ['NAME                 SIZE', 'a-rather-long-name      7', 'b                   12345'],
  )
  t.end()
})

t.test('where there is no room the widest gives way, to its least', t => {
  const widths = columnWidths(COLUMNS, ROWS, 16)
  t.same(widths, [9, 0, 5])
  t.equal(paint(layRow(COLUMNS, ROWS[0] ?? [], widths), false), 'a-ra…name      7')
  t.same(columnWidths(COLUMNS, ROWS, 3), [5, 0, 5])
  t.same(totalWidth([]), 0)
  t.end()
})
