import { httpBackend } from '../backends/backends.js'
import { ERRORS, middle, ranged, SHARES } from '../lib/columns.js'
import { spreadOf } from '../lib/rows.js'
import { figure } from '../lib/table.js'
import { ownGenerator } from '../load/generators.js'
import { wrkGenerator } from '../load/wrk.js'
import { DIRECT } from '../targets/targets.js'
import { openTargets, runJobs } from './load-subject.js'

/** @import { Measure, Row, Sample } from '../lib/rows.js' */
/** @import { Server } from '../lib/serving.js' */
/** @import { TargetKind } from '../targets/targets.js' */
/** @import { Context, Figures, Subject } from './subjects.js' */

const CONNECTIONS = 64
/** Whose capacity sets the rate, the first that is there. */
const YARDSTICKS = ['haproxy', 'nginx', 'evenkeel']

/** @type {Measure} */
const ADDED_P50 = { title: 'added p50 ms', better: 'less', of: ({ addedP50 = NaN }) => addedP50 }

/** @type {Measure} */
const ADDED_P99 = { title: 'added p99 ms', better: 'less', of: ({ addedP99 = NaN }) => addedP99 }

/** @type {Measure} */
const P99 = { title: 'p99 ms', better: 'less', of: ({ p99 = NaN }) => p99 }

/** @type {Measure} */
const CPU = { title: 'CPU µs/request', better: 'less', of: ({ cpuPerUnit = NaN }) => cpuPerUnit }

/**
 * A rate all can serve: what the balancer adds to an answer when it has time.
 * @type {Subject}
 */
export const halfLoad = {
  name: 'half-load',
  title: `HTTP, ${CONNECTIONS} keep-alive connections, at a constant rate: half of what HAProxy can do`,
  run,
  presentation: {
    groupTitle: '',
    columns: [
      middle('requests/s', ({ rate = NaN }) => rate),
      middle('p50 ms', ({ p50 = NaN }) => p50),
      ranged(P99),
      ranged(ADDED_P50),
      ranged(ADDED_P99),
      ranged(CPU),
      middle('late p99 ms', ({ lateP99 = NaN }) => lateP99),
      ...SHARES,
      ERRORS,
    ],
    measures: [ADDED_P50, ADDED_P99, P99, CPU],
  },
}

/**
 * @param {Context} context
 * @returns {Promise<Figures>}
 */
async function run(context) {
  const backend = await httpBackend(context.programs)(context)
  const targets = await openTargets(context, 'tcp', backend)
  const { rate, note } = await halfOfCapacity(context, targets)
  const generator = await ownGenerator('node', 'constant-rate.js', { rate })(context)
  const jobs = targets.map(({ kind, target }) => {
    /** @type {Row} */
    const row = { target: kind.name, group: '', threads: kind.threads, samples: [] }
    return { row, target, backend, generator }
  })
  const { rows, notes } = await runJobs(context, jobs, CONNECTIONS)
  return { rows: addOverDirect(rows), notes: [note, ...notes] }
}

/**
 * @param {Context} context
 * @param {readonly { kind: TargetKind, target: Server }[]} targets
 */
async function halfOfCapacity(context, targets) {
  const yardstick = YARDSTICKS.flatMap(name => targets.find(({ kind }) => kind.name === name) ?? [])[0]
  if (yardstick === undefined) throw new Error(`it needs one of ${YARDSTICKS.join(', ')} to set the rate`)
  const [open = ownGenerator('autocannon', 'http-keep-alive.js')] = wrkGenerator(context.programs.wrk)
  const generator = await open(context)
  const { host, port } = yardstick.target
  const options = { host, port, connections: CONNECTIONS, seconds: Math.max(2, context.seconds) }
  await generator.run({ ...options, seconds: 1 })
  const { count, seconds } = await generator.run(options)
  const rate = Math.round(count / seconds / 2)
  const shown = `${figure(rate)} requests/s, half of what ${yardstick.kind.name} took from ${generator.name}`
  return { rate, note: `Asked for: ${shown}.` }
}

/**
 * What each adds to the median of the direct way: a stall that hits one round of that would else count for all targets.
 * @param {readonly Row[]} rows
 * @returns {Row[]}
 */
function addOverDirect(rows) {
  const direct = rows.find(({ target }) => target === DIRECT)
  /**
   * @param {Row} row
   * @param {Measure['of']} of
   * @returns {(sample: Sample) => number}
   */
  const over = (row, of) => {
    const base = direct === undefined || row === direct ? NaN : spreadOf(direct, of).median
    return sample => of(sample) - base
  }
  return rows.map(row => {
    const [addedP50, addedP99] = [over(row, ({ p50 = NaN }) => p50), over(row, P99.of)]
    const samples = row.samples.map(sample => ({
      ...sample,
      addedP50: addedP50(sample),
      addedP99: addedP99(sample),
    }))
    return { ...row, samples }
  })
}
