import { limitedBy } from './limit.js'
import { spreadOf } from './rows.js'
import { figure, percent, range } from './table.js'

/** @import { Column, Measure, Row } from './rows.js' */

/**
 * The median with its range, under the title of the figure.
 * @param {Measure} measure
 * @returns {Column}
 */
export function ranged({ title, of }) {
  return { title, show: row => range(spreadOf(row, of)) }
}

/**
 * The median alone.
 * @param {string} title
 * @param {Measure['of']} of
 * @param {(value: number) => string} [show]
 * @returns {Column}
 */
export function middle(title, of, show = figure) {
  return { title, show: row => show(spreadOf(row, of).median) }
}

/**
 * What kept the rate of a row from being higher.
 * @param {Row} row
 * @param {number} cores
 */
export function limitOf(row, cores) {
  /** @param {string} side */
  const share = side => spreadOf(row, sample => sample[side] ?? NaN).median
  const shares = {
    balancer: share('balancer'),
    generator: share('generator'),
    backend: share('backend'),
    kernel: share('kernel'),
    others: share('others'),
  }
  return limitedBy(shares, {
    balancerThreads: row.threads,
    backendThreads: row.backendThreads ?? 1,
    cores,
  })
}

/** Who used how much of a core, and so who kept the rate from being higher. @type {readonly Column[]} */
export const SHARES = [
  ...['balancer', 'generator', 'backend', 'others'].map(side =>
    middle(side, sample => sample[side] ?? NaN, percent),
  ),
  { title: 'limited by', show: limitOf },
]

/**
 * All rounds together.
 * @type {Column}
 */
export const ERRORS = {
  title: 'errors',
  show: ({ samples }) => String(samples.reduce((total, { errors = 0 }) => total + errors, 0)),
}

/**
 * All rounds together, with their share of what was sent.
 * @type {Column}
 */
export const LOST = {
  title: 'lost',
  show({ samples }) {
    const lost = samples.reduce((total, { errors = 0 }) => total + errors, 0)
    const sent = samples.reduce((total, { count = 0 }) => total + count, lost)
    return lost === 0 ? '0' : `${lost} (${figure((lost / sent) * 100)} %)`
  },
}
