import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { limitOf } from './columns.js'
import { plot } from './plot.js'
import { ratioLines, rowLines, spreadOf } from './rows.js'
import { ratio, spread } from './statistics.js'
import { figure, table, times } from './table.js'
import { KERNEL, OURS, TARGET_NAMES } from '../targets/targets.js'

/** @import { Machine } from './machine.js' */
/** @import { Row } from './rows.js' */
/** @import { Figures, Subject } from '../subjects/subjects.js' */

/**
 * All that a run found out, as it is kept in a file.
 * @typedef {object} Result
 * @property {Machine} machine
 * @property {number} rounds
 * @property {number} seconds
 * @property {Record<string, SubjectResult>} subjects
 */

/** @typedef {Figures & { readonly leftOut: readonly string[] }} SubjectResult */

/**
 * What people read of one subject: Markdown.
 * @param {Subject} subject
 * @param {SubjectResult} result
 * @param {number} cores
 */
export function subjectLines({ presentation }, { rows, notes, leftOut }, cores) {
  const ratios = ratioLines(rows, presentation)
  const parts = [
    rows.length === 0 ? [] : rowLines(rows, presentation, cores),
    ratios,
    ...[...notes, ...leftOut.map(line => `Left out: ${line}`)].map(line => [line]),
  ]
  return parts.filter(part => part.length > 0).flatMap((part, index) => (index === 0 ? part : ['', ...part]))
}

/**
 * One table of all subjects that have the balancers as their rows: a line per figure, a column per target, medians, and
 * how evenkeel compares with each peer of one thread, and its data path in the kernel with no balancer as well; none when nothing was measured.
 * @param {readonly Subject[]} subjects
 * @param {Result} result
 */
export function overviewLines(subjects, result) {
  const shown = subjects.filter(({ name }) => name in result.subjects && name !== 'pick-cost')
  const rowsOf = /** @param {Subject} subject */ ({ name }) => result.subjects[name]?.rows ?? []
  const measured = new Set(shown.flatMap(rowsOf).flatMap(row => (row.samples.length > 0 ? [row.target] : [])))
  const targets = TARGET_NAMES.filter(name => measured.has(name))
  if (targets.length === 0) return []
  const pairs = [OURS, KERNEL].flatMap(ours =>
    ['direct', 'haproxy', 'nginx']
      .filter(theirs => ours === KERNEL || theirs !== 'direct')
      .filter(theirs => targets.includes(theirs) && targets.includes(ours))
      .map(theirs => ({ ours, theirs })),
  )
  return table(
    ['subject', 'figure', ...targets, ...pairs.map(({ ours, theirs }) => `${ours} / ${theirs}`)],
    shown.flatMap(subject =>
      groupsOf(rowsOf(subject)).flatMap(({ group, rows }) =>
        subject.presentation.measures.map(({ title, of }) => {
          /** @param {string} name */
          const samplesOf = name => rows.find(({ target }) => target === name)?.samples.map(of) ?? []
          return [
            subject.name,
            group === '' ? title : `${title}, ${group}`,
            ...targets.map(name => figure(spread(samplesOf(name).filter(Number.isFinite)).median)),
            ...pairs.map(({ ours, theirs }) => times(ratio(samplesOf(ours), samplesOf(theirs)))),
          ]
        }),
      ),
    ),
  )
}

/**
 * Draws one subject.
 * @param {string} directory
 * @param {Subject} subject
 * @param {Result} result
 */
export function writePlot(directory, { name, title, presentation }, { machine, rounds, seconds, subjects }) {
  const panels = groupsOf(subjects[name]?.rows ?? []).flatMap(({ group, rows }) =>
    presentation.measures.map(({ title: measure, better, of }) => ({
      title: [measure, ...(group === '' ? [] : [group])].join(', '),
      better,
      bars: rows
        .map(row => ({
          label: row.target,
          ...spreadOf(row, of),
          note: better === 'more' ? ceiling(limitOf(row, machine.cores)) : '',
        }))
        .filter(({ median }) => Number.isFinite(median)),
    })),
  )
  const drawn = panels.filter(({ bars }) => bars.length > 0)
  if (drawn.length === 0) return
  const { node, haproxy, nginx } = machine.versions
  const footer = [
    `medians of ${rounds} × ${seconds} s, lines from least to greatest`,
    `${machine.cores} cores (${machine.cpu}), ${machine.network}`,
    `Node.js ${node}, HAProxy ${haproxy ?? '-'}, nginx ${nginx ?? '-'}`,
  ].join('; ')
  mkdirSync(directory, { recursive: true })
  writeFileSync(join(directory, `${name}.svg`), plot({ title, footer, panels: drawn }))
}

/**
 * A word for a rate that the balancer is not to blame for.
 * @param {string} limit
 */
function ceiling(limit) {
  return /generator|backend/.test(limit) && !limit.includes('balancer') ? `${limit} full` : ''
}

/**
 * The rows by group; the only group needs no name.
 * @param {readonly Row[]} rows
 */
function groupsOf(rows) {
  const groups = [...new Set(rows.map(({ group }) => group))]
  return groups.map(group => ({
    group: groups.length === 1 ? '' : group,
    rows: rows.filter(row => row.group === group),
  }))
}
