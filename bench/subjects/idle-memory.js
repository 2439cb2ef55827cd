import { setTimeout as sleep } from 'node:timers/promises'
import { openGreeter, openUdpEcho } from '../backends/backends.js'
import { residentKilobytes } from '../lib/proc.js'
import { ratio, spread } from '../lib/statistics.js'
import { range, table } from '../lib/table.js'
import { ask, openLoad } from '../load/generators.js'
import { MAX_CONNECTIONS } from '../targets/sizes.js'
import { OURS } from '../targets/targets.js'

/** @import { Protocol, TargetKind } from '../targets/targets.js' */
/** @import { Context, Report, Subject } from './subjects.js' */

/**
 * @typedef {object} Row
 * @property {string} target
 * @property {Protocol} protocol
 * @property {number} sessions
 * @property {{ emptyKilobytes: number, fullKilobytes: number, perSession: number }[]} samples
 */

const SESSIONS = [
  { protocol: /** @type {const} */ ('tcp'), sessions: Math.min(4_000, MAX_CONNECTIONS - 100) },
  { protocol: /** @type {const} */ ('udp'), sessions: Math.min(2_000, MAX_CONNECTIONS - 100) },
]
const SAMPLE_MILLIS = 250
const SETTLED_SAMPLES = 8
const SETTLED_KILOBYTES = 128
const SETTLE_MILLIS = 15_000

/**
 * What a session that says nothing keeps in memory.
 * @type {Subject}
 */
export const idleMemory = {
  name: 'idle-memory',
  title: `Resident memory of idle sessions: ${SESSIONS.map(s => `${s.sessions} ${s.protocol}`).join(', ')}`,
  run,
}

/**
 * @param {Context} context
 * @returns {Promise<Report>}
 */
async function run(context) {
  const jobs = SESSIONS.flatMap(({ protocol, sessions }) =>
    context.kinds
      .filter(({ name, protocols }) => name !== 'direct' && protocols.includes(protocol))
      .map(kind => {
        /** @type {Row} */
        const row = { target: kind.name, protocol, sessions, samples: [] }
        return { kind, row }
      }),
  )
  for (let round = 1; round <= context.rounds; round++) {
    for (const { kind, row } of jobs) {
      context.progress(`round ${round}: ${row.target}, ${row.sessions} ${row.protocol} sessions`)
      row.samples.push(await measureOnce(context, kind, row))
    }
  }
  const rows = jobs.map(({ row }) => row)
  return { lines: [...rowLines(rows), '', ...ratioLines(rows)], figures: rows }
}

/**
 * In a fresh process, so that no earlier session left memory to reuse.
 * @param {Context} context
 * @param {TargetKind} kind
 * @param {Row} row
 */
async function measureOnce({ crew }, kind, { protocol, sessions }) {
  const backend = await (protocol === 'tcp' ? openGreeter(crew) : openUdpEcho(crew))
  const target = await kind.open(crew, protocol, backend.port)
  const emptyKilobytes = await settledKilobytes(target.pids())
  const clients = await openLoad(crew, 'idle-sessions.js')
  await ask(clients, { port: target.port, protocol, sessions })
  const fullKilobytes = await settledKilobytes(target.pids())
  await crew.stopAll()
  return { emptyKilobytes, fullKilobytes, perSession: (fullKilobytes - emptyKilobytes) / sessions }
}

/**
 * Resident memory once it has stopped changing, or when it has had its time to.
 * @param {readonly number[]} pids
 */
async function settledKilobytes(pids) {
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

/** @param {readonly Row[]} rows */
function rowLines(rows) {
  return table(
    ['target', 'protocol', 'sessions', 'kB per session', 'MB empty', 'MB full'],
    rows.map(({ target, protocol, sessions, samples }) => [
      target,
      protocol,
      String(sessions),
      range(spread(samples.map(({ perSession }) => perSession))),
      range(spread(samples.map(({ emptyKilobytes }) => emptyKilobytes / 1024))),
      range(spread(samples.map(({ fullKilobytes }) => fullKilobytes / 1024))),
    ]),
  )
}

/** @param {readonly Row[]} rows */
function ratioLines(rows) {
  return rows
    .filter(({ target }) => target === OURS)
    .flatMap(ours =>
      rows
        .filter(({ target, protocol }) => target !== OURS && protocol === ours.protocol)
        .map(theirs => {
          const compared = ratio(
            ours.samples.map(({ perSession }) => perSession),
            theirs.samples.map(({ perSession }) => perSession),
          )
          const shown = range(compared, value => `${value.toFixed(2)}x`)
          return `evenkeel / ${theirs.target}, ${ours.protocol}: kB per session ${shown}`
        }),
    )
}
