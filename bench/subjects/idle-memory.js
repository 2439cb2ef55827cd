import { setTimeout as sleep } from 'node:timers/promises'
import { moduleBackend } from '../backends/backends.js'
import { middle, ranged } from '../lib/columns.js'
import { residentKilobytes } from '../lib/proc.js'
import { spread } from '../lib/statistics.js'
import { ask, openLoad } from '../load/generators.js'
import { MAX_CONNECTIONS } from '../targets/sizes.js'
import { openTarget } from '../targets/targets.js'

/** @import { Measure, Row } from '../lib/rows.js' */
/** @import { Protocol, TargetKind } from '../targets/targets.js' */
/** @import { Context, Figures, Subject } from './subjects.js' */

const SESSIONS = Math.min(9_000, MAX_CONNECTIONS - 100)
const SAMPLE_MILLIS = 250
const SETTLED_SAMPLES = 8
const SETTLED_KILOBYTES = 128
const SETTLE_MILLIS = 15_000

/** @type {Measure} */
const PER_SESSION = { title: 'kB per session', better: 'less', of: ({ perSession = NaN }) => perSession }

/**
 * What a session that says nothing keeps in memory.
 * @type {Subject}
 */
export const idleMemory = {
  name: 'idle-memory',
  title: `Resident memory of ${SESSIONS.toLocaleString('en-US')} idle sessions`,
  singleThread: true,
  run,
  presentation: {
    groupTitle: 'protocol',
    columns: [
      middle('sessions', ({ sessions = NaN }) => sessions),
      ranged(PER_SESSION),
      middle('MB empty', ({ emptyKilobytes = NaN }) => emptyKilobytes / 1024),
      middle('MB full', ({ fullKilobytes = NaN }) => fullKilobytes / 1024),
    ],
    measures: [PER_SESSION],
  },
}

/**
 * @param {Context} context
 * @returns {Promise<Figures>}
 */
async function run(context) {
  const jobs = /** @type {const} */ (['tcp', 'udp']).flatMap(protocol =>
    context.kinds
      .filter(({ launch, protocols }) => launch !== undefined && protocols.includes(protocol))
      .map(kind => {
        /** @type {Row} */
        const row = { target: kind.name, group: protocol, threads: kind.threads, samples: [] }
        return { kind, protocol, row }
      }),
  )
  /** @type {Set<Row>} */
  const failed = new Set()
  for (let round = 1; round <= context.rounds; round++) {
    for (const { kind, protocol, row } of jobs.filter(job => !failed.has(job.row))) {
      context.progress(`round ${round}: ${row.target}, ${SESSIONS} ${protocol} sessions`)
      try {
        row.samples.push(await measureOnce(context, kind, protocol))
      } catch (error) {
        failed.add(row)
        context.leaveOut(`${row.target}, ${protocol}`, error)
      }
      await context.crew.stopAll()
    }
  }
  return { rows: jobs.map(({ row }) => row), notes: [] }
}

/**
 * In a fresh process, so that no earlier session left memory to reuse.
 * @param {Context} context
 * @param {TargetKind} kind
 * @param {Protocol} protocol
 */
async function measureOnce(context, kind, protocol) {
  const { crew, network } = context
  const openBackend = moduleBackend(protocol === 'tcp' ? 'tcp-greeter.js' : 'udp-echo.js', protocol)
  const backend = await openBackend(context)
  const target = await openTarget(kind, { crew, network, protocol, backends: [backend] })
  const emptyKilobytes = await settledKilobytes(target.pids())
  const clients = await openLoad(crew, network, 'idle-sessions.js')
  const { host, port } = target
  const sessions = Number(await ask(clients, { host, port, protocol, sessions: SESSIONS }))
  const fullKilobytes = await settledKilobytes(target.pids())
  return { sessions, emptyKilobytes, fullKilobytes, perSession: (fullKilobytes - emptyKilobytes) / sessions }
}

/**
 * Resident memory once it has stopped changing, or when it has had its time to.
 * @param {readonly number[]} pids
 */
export async function settledKilobytes(pids) {
  /** @type {number[]} */
  const last = []
  for (let waited = 0; waited < SETTLE_MILLIS; waited += SAMPLE_MILLIS) {
    last.push(residentKilobytes(pids))
    if (last.length > SETTLED_SAMPLES) last.shift()
    const { min, max } = spread(last)
    if (last.length === SETTLED_SAMPLES && max - min <= SETTLED_KILOBYTES) break
    await sleep(SAMPLE_MILLIS)
  }
  return residentKilobytes(pids)
}
