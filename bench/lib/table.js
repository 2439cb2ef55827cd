/** @import { Spread } from './statistics.js' */

/**
 * Lines of a Markdown table that is readable as it is: the first column to the left, the others to the right.
 * @param {readonly string[]} head
 * @param {readonly (readonly string[])[]} rows
 * @returns {string[]}
 */
export function table(head, rows) {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map(row => (row[column] ?? '').length)),
  )
  /** @param {readonly string[]} cells */
  const line = cells =>
    `| ${widths.map((width, column) => align(cells[column] ?? '', width, column)).join(' | ')} |`
  const rule = widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`))
  return [line(head), line(rule), ...rows.map(line)]
}

/**
 * A figure with as many digits as mean something.
 * @param {number} value
 */
export function figure(value) {
  if (!Number.isFinite(value)) return '-'
  const digits = value >= 100 || value === 0 ? 0 : value >= 10 ? 1 : 2
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}

/**
 * The median and, in brackets, the range.
 * @param {Spread} values
 * @param {(value: number) => string} [show]
 */
export function range({ median, min, max }, show = figure) {
  return Number.isFinite(median) ? `${show(median)} (${show(min)}..${show(max)})` : '-'
}

/**
 * A ratio and, in brackets, its range.
 * @param {Spread} ratio
 */
export function times(ratio) {
  return range(ratio, value => `${value.toFixed(2)}x`)
}

/**
 * A share of a core.
 * @param {number} value
 */
export function percent(value) {
  return Number.isFinite(value) ? `${Math.round(value * 100)} %` : '-'
}

/**
 * @param {string} text
 * @param {number} width
 * @param {number} column
 */
function align(text, width, column) {
  return column === 0 ? text.padEnd(width) : text.padStart(width)
}
