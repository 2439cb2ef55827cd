import { setTimeout as sleep } from 'node:timers/promises'
import { httpBackend } from '../backends/backends.js'
import { middle, ranged } from '../lib/columns.js'
import { activeOpens, cpuMicros } from '../lib/proc.js'
import { serving } from '../lib/serving.js'

/** @import { Measure, Row, Sample } from '../lib/rows.js' */
/** @import { TargetKind } from '../targets/targets.js' */
/** @import { Context, Figures, Subject } from './subjects.js' */

const BACKENDS = 1_000
const SETTLE_MILLIS = 4_000

/** @type {Measure} */
const SHARE = { title: 'CPU, % of a core', better: 'less', of: ({ share = NaN }) => share * 100 }

/**
 * Probes of many backends and no traffic.
 * @type {Subject}
 */
export const probeScheduler = {
  name: 'probe-scheduler',
  title: `TCP probes of ${BACKENDS.toLocaleString('en-US')} backends, each every second, no traffic`,
  run,
  presentation: {
    groupTitle: '',
    columns: [ranged(SHARE), middle('probes/s', ({ probes = NaN }) => probes)],
    measures: [SHARE],
  },
}

/**
 * @param {Context} context
 * @returns {Promise<Figures>}
 */
async function run(context) {
  const { network, programs, kinds, rounds, progress, leaveOut } = context
  const { port } = await httpBackend(programs, { everywhere: true })(context)
  const backends = Array.from({ length: BACKENDS }, (_, index) => ({
    host: network.backendAddress(index),
    port,
  }))
  // The open version of nginx does not probe.
  const jobs = kinds
    .filter(({ name, launch }) => launch !== undefined && !name.startsWith('nginx'))
    .map(kind => {
      /** @type {Row} */
      const row = { target: kind.name, group: '', threads: kind.threads, samples: [] }
      return { kind, row }
    })
  /** @type {Set<Row>} */
  const failed = new Set()
  for (let round = 1; round <= rounds; round++) {
    for (const { kind, row } of jobs.filter(job => !failed.has(job.row))) {
      progress(`round ${round}: ${row.target}`)
      try {
        row.samples.push(await probeOnce(context, kind, backends))
      } catch (error) {
        failed.add(row)
        leaveOut(row.target, error)
      }
    }
  }
  return { rows: jobs.map(({ row }) => row), notes: [] }
}

/**
 * One balancer at a time, as all processes of a network share its count of connections.
 * @param {Context} context
 * @param {TargetKind} kind
 * @param {readonly { host: string, port: number }[]} backends
 * @returns {Promise<Sample>}
 */
async function probeOnce({ crew, network, seconds }, { name, launch }, backends) {
  if (launch === undefined) throw new Error(`${name} has nothing to start`)
  const { member, ...endpoint } = await launch({
    ...{ crew, network, protocol: 'tcp', backends, probeSeconds: 1 },
    // Leaves HAProxy open files for its probes.
    maxConnections: 1_000,
  })
  try {
    const { pids } = await serving(member, 'tcp', endpoint)
    const read = () => ({
      at: performance.now() * 1000,
      cpu: cpuMicros(pids()),
      opens: activeOpens(member.pid),
    })
    await sleep(SETTLE_MILLIS)
    const before = read()
    await sleep(Math.max(2, seconds) * 1000)
    const after = read()
    const wall = after.at - before.at
    return {
      share: (after.cpu - before.cpu) / wall,
      // On loopback those of the whole machine are in the count.
      probes: network.kind === 'loopback' ? NaN : ((after.opens - before.opens) / wall) * 1e6,
    }
  } finally {
    await crew.stop(member)
  }
}
