import { moduleBackend } from '../backends/backends.js'
import { ranged } from '../lib/columns.js'
import { lastLine } from '../lib/crew.js'
import { ask, openLoad } from '../load/generators.js'

/** @import { Measure, Row, Sample } from '../lib/rows.js' */
/** @import { Server } from '../lib/serving.js' */
/** @import { TargetKind } from '../targets/targets.js' */
/** @import { Context, Figures, Subject } from './subjects.js' */

const STARTS_PER_ROUND = 4

/** @type {Measure} */
const ANSWERS = { title: 'first answer ms', better: 'less', of: ({ answers = NaN }) => answers }

/** @type {Measure} */
const READY = { title: 'logs ready ms', better: 'less', of: ({ ready = NaN }) => ready }

/**
 * From the start of the process until the first byte of the backend reaches a client that keeps trying.
 * @type {Subject}
 */
export const startUp = {
  name: 'start-up',
  title: 'Time from starting the process to serving, with one backend',
  run,
  presentation: { groupTitle: '', columns: [ranged(READY), ranged(ANSWERS)], measures: [ANSWERS, READY] },
}

/**
 * @param {Context} context
 * @returns {Promise<Figures>}
 */
async function run(context) {
  const { kinds, rounds, progress, leaveOut } = context
  const backend = await moduleBackend('tcp-greeter.js', 'tcp')(context)
  const jobs = kinds
    .filter(({ launch, protocols }) => launch !== undefined && protocols.includes('tcp'))
    .map(kind => {
      /** @type {Row} */
      const row = { target: kind.name, group: '', threads: kind.threads, samples: [] }
      return { kind, row }
    })
  /** @type {Set<Row>} */
  const failed = new Set()
  for (let start = 1; start <= rounds * STARTS_PER_ROUND; start++) {
    for (const { kind, row } of jobs.filter(job => !failed.has(job.row))) {
      progress(`start ${start}: ${row.target}`)
      try {
        row.samples.push(await startOnce(context, kind, backend))
      } catch (error) {
        failed.add(row)
        leaveOut(row.target, error)
      }
    }
  }
  return { rows: jobs.map(({ row }) => row), notes: [] }
}

/**
 * @param {Context} context
 * @param {TargetKind} kind
 * @param {Server} backend
 * @returns {Promise<Sample>}
 */
async function startOnce({ crew, network }, { name, saysReady, launch }, backend) {
  if (launch === undefined) throw new Error(`${name} has nothing to start`)
  // One for each start: after a failed one it would go on trying.
  const client = await openLoad(crew, network, 'first-answer.js')
  const task = { crew, network, protocol: /** @type {const} */ ('tcp'), backends: [backend], logsStart: true }
  const { member, host, port } = await launch(task)
  const { startedAt } = member
  /** @type {Promise<number>} */
  const ready = new Promise(resolve => {
    member.child.stdout?.on('data', () => {
      if (member.output().includes('"event":"ready"'))
        resolve(millisSince(startedAt, process.hrtime.bigint()))
    })
    void member.ended.then(() => resolve(NaN))
  })
  const gone = member.ended.then(() => {
    throw new Error(lastLine(member) ?? `${name} ended`)
  })
  try {
    const answeredAt = await Promise.race([ask(client, { host, port }), gone])
    const answers = millisSince(startedAt, BigInt(String(answeredAt)))
    return { ready: saysReady ? await ready : NaN, answers }
  } finally {
    await Promise.all([crew.stop(member), crew.stop(client)])
    await gone.catch(() => undefined)
  }
}

/**
 * @param {bigint} from nanoseconds
 * @param {bigint} to nanoseconds
 */
function millisSince(from, to) {
  return Number(to - from) / 1e6
}
