import { ERRORS, middle, ranged, SHARES } from '../lib/columns.js'
import { disturbance } from '../lib/limit.js'
import { measure } from '../lib/measure.js'
import { figure } from '../lib/table.js'
import { openTarget } from '../targets/targets.js'

/** @import { Column, Measure, Presentation, Row, Sample } from '../lib/rows.js' */
/** @import { Server } from '../lib/serving.js' */
/** @import { OpenBackend } from '../backends/backends.js' */
/** @import { Generator, OpenGenerator } from '../load/generators.js' */
/** @import { Protocol } from '../targets/targets.js' */
/** @import { Context, Figures } from './subjects.js' */

/**
 * @typedef {object} LoadSetup
 * @property {Protocol} protocol
 * @property {number} connections
 * @property {OpenBackend} openBackend
 * @property {number} [backendThreads] how many cores the backend could fill; 1 when left out
 * @property {readonly OpenGenerator[]} generators
 */

/**
 * @typedef {object} Job
 * @property {Row} row
 * @property {Server} target
 * @property {Server} backend
 * @property {Generator} generator
 */

const WARM_UP_SECONDS = 1

/**
 * Loads every target in turn, round after round, so that what disturbs the machine disturbs all of them.
 * @param {Context} context
 * @param {LoadSetup} setup
 * @returns {Promise<Figures>}
 */
export async function runLoad(context, setup) {
  const backend = await setup.openBackend(context)
  const generators = await Promise.all(setup.generators.map(open => open(context)))
  const jobs = (await openTargets(context, setup.protocol, backend)).flatMap(({ kind, target }) =>
    generators.map(generator => ({
      row: {
        ...{ target: kind.name, group: generator.name, samples: [] },
        ...{ threads: kind.threads, backendThreads: setup.backendThreads ?? 1 },
      },
      target,
      backend,
      generator,
    })),
  )
  return runJobs(context, jobs, setup.connections)
}

/**
 * Starts every target of this protocol before one backend; those that do not start are left out.
 * @param {Context} context
 * @param {Protocol} protocol
 * @param {Server} backend
 */
export async function openTargets({ crew, network, kinds, leaveOut }, protocol, backend) {
  const targets = []
  for (const kind of kinds.filter(({ protocols }) => protocols.includes(protocol))) {
    try {
      targets.push({ kind, target: await openTarget(kind, { crew, network, protocol, backends: [backend] }) })
    } catch (error) {
      leaveOut(kind.name, error)
    }
  }
  return targets
}

/**
 * Warms up and measures; a target that fails on the way is left out from there.
 * @param {Context} context
 * @param {readonly Job[]} jobs
 * @param {number} connections
 * @returns {Promise<Figures>}
 */
export async function runJobs({ rounds, seconds, progress, leaveOut }, jobs, connections) {
  /** @type {Set<Job>} */
  const failed = new Set()
  /**
   * @param {Job} job
   * @param {() => Promise<void>} work
   */
  const attempt = async (job, work) => {
    if (failed.has(job)) return
    try {
      await work()
    } catch (error) {
      failed.add(job)
      leaveOut(`${job.row.target}, load by ${job.generator.name}`, error)
    }
  }
  for (const job of jobs) {
    await attempt(job, async () => {
      progress(`warm-up: ${job.row.target}, load by ${job.generator.name}`)
      const { host, port } = job.target
      await job.generator.run({ host, port, connections, seconds: WARM_UP_SECONDS })
    })
  }
  for (let round = 1; round <= rounds; round++) {
    for (const job of jobs) {
      await attempt(job, async () => {
        const sample = await measure({ ...job, connections, seconds })
        const { target } = job.row
        progress(
          `round ${round}: ${target}, load by ${job.generator.name}: ${figure(sample['rate'] ?? NaN)}/s`,
        )
        job.row.samples.push(sample)
      })
    }
  }
  const rows = jobs.map(({ row }) => row)
  return { rows, notes: disturbance(rows.flatMap(row => row.samples.map(othersOf))) }
}

/** @param {Sample} sample */
function othersOf({ others = NaN }) {
  return others
}

/**
 * Units per second and CPU per unit, latencies, and who was the limit.
 * @param {string} unit
 * @param {Column} [failures]
 * @returns {Presentation}
 */
export function loadPresentation(unit, failures = ERRORS) {
  const [rate, cpu] = loadMeasures(unit)
  return {
    groupTitle: 'load by',
    columns: [
      ranged(rate),
      middle('p50 ms', ({ p50 = NaN }) => p50),
      middle('p99 ms', ({ p99 = NaN }) => p99),
      ranged(cpu),
      ...SHARES,
      failures,
    ],
    measures: [rate, cpu],
  }
}

/**
 * @param {string} unit
 * @returns {[rate: Measure, cpu: Measure]}
 */
function loadMeasures(unit) {
  return [
    { title: `${unit}s/s`, better: 'more', of: ({ rate = NaN }) => rate },
    { title: `CPU µs/${unit}`, better: 'less', of: ({ cpuPerUnit = NaN }) => cpuPerUnit },
  ]
}
