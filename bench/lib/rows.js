import { ratio, spread } from './statistics.js'
import { table, times } from './table.js'

/** @import { Spread } from './statistics.js' */

/**
 * What one round saw, by name.
 * @typedef {Record<string, number>} Sample
 */

/**
 * What was seen of one target, a sample per round.
 * @typedef {object} Row
 * @property {string} target
 * @property {string} group rows are compared within theirs; '' when there is one
 * @property {number} threads of the target that move data
 * @property {number} [backendThreads] how many cores the backend could fill; 1 when left out
 * @property {Sample[]} samples
 */

/**
 * @typedef {object} Column
 * @property {string} title
 * @property {(row: Row, cores: number) => string} show
 */

/**
 * A figure that is compared and drawn.
 * @typedef {object} Measure
 * @property {string} title with its unit
 * @property {'more' | 'less'} better
 * @property {(sample: Sample) => number} of
 */

/**
 * How the rows of a subject are shown.
 * @typedef {object} Presentation
 * @property {string} groupTitle '' when there is one group
 * @property {readonly Column[]} columns
 * @property {readonly Measure[]} measures
 */

/**
 * The rounds of one figure in one row.
 * @param {Row} row
 * @param {Measure['of']} of
 * @returns {Spread}
 */
export function spreadOf({ samples }, of) {
  return spread(samples.map(of).filter(Number.isFinite))
}

/**
 * A Markdown table of all rows that were measured at all.
 * @param {readonly Row[]} rows
 * @param {Presentation} presentation
 * @param {number} cores
 */
export function rowLines(rows, { groupTitle, columns }, cores) {
  const grouped = groupTitle === '' ? [] : [groupTitle]
  return table(
    ['target', ...grouped, ...columns.map(({ title }) => title)],
    rows
      .filter(({ samples }) => samples.length > 0)
      .map(row => [
        row.target,
        ...(groupTitle === '' ? [] : [row.group]),
        ...columns.map(({ show }) => show(row, cores)),
      ]),
  )
}

/**
 * A Markdown table of how evenkeel compares with each peer that has as many threads; ratios are formed within rounds.
 * @param {readonly Row[]} rows
 * @param {Presentation} presentation
 */
export function ratioLines(rows, { groupTitle, measures }) {
  const pairs = rows
    .filter(({ target }) => isOurs(target))
    .flatMap(ours =>
      rows
        .filter(theirs => theirs.group === ours.group && !isOurs(theirs.target) && isPeer(ours, theirs))
        .map(theirs => ({ ours, theirs })),
    )
    .filter(({ ours, theirs }) => ours.samples.length > 0 && theirs.samples.length > 0)
  if (pairs.length === 0) return []
  return table(
    ['ratio', ...(groupTitle === '' ? [] : [groupTitle]), ...measures.map(({ title }) => title)],
    pairs.map(({ ours, theirs }) => [
      `${ours.target} / ${theirs.target}`,
      ...(groupTitle === '' ? [] : [ours.group]),
      ...measures.map(({ of }) => times(ratio(ours.samples.map(of), theirs.samples.map(of)))),
    ]),
  )
}

/** @param {string} target */
function isOurs(target) {
  return /^evenkeel(-\d+|-kernel)?$/.test(target)
}

/**
 * @param {Row} ours
 * @param {Row} theirs
 */
function isPeer(ours, theirs) {
  return theirs.threads === ours.threads || (theirs.threads === 0 && ours.threads === 1)
}
