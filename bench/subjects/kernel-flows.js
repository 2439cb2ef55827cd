import { setTimeout as sleep } from 'node:timers/promises'
import { moduleBackend } from '../backends/backends.js'
import { middle, ranged } from '../lib/columns.js'
import { cpuMicros } from '../lib/proc.js'
import { ask, openLoad } from '../load/generators.js'
import { KERNEL, openTarget } from '../targets/targets.js'
import { settledKilobytes } from './idle-memory.js'

/** @import { Measure, Row } from '../lib/rows.js' */
/** @import { Context, Figures, Subject } from './subjects.js' */

const FLOWS = 100_000
/** Each client process has so many sockets, all of one address. */
const PER_CLIENT = 10_000
/** One address of the balancer has 64,000 ports for flows to each. */
const BACKENDS = 4
/** How long the process is watched while it holds them. */
const HELD_SECONDS = 10

/** @type {Measure} */
const GROWTH = { title: 'MB grown', better: 'less', of: ({ grown = NaN }) => grown / 1024 }

/**
 * What flows cost a process that sees none of their packets.
 * @type {Subject}
 */
export const kernelFlows = {
  name: 'kernel-flows',
  title: `${FLOWS.toLocaleString('en-US')} UDP flows in the kernel`,
  singleThread: true,
  run,
  presentation: {
    groupTitle: '',
    columns: [
      middle('flows', ({ flows = NaN }) => flows),
      ranged(GROWTH),
      middle('MB empty', ({ empty = NaN }) => empty / 1024),
      middle('MB full', ({ full = NaN }) => full / 1024),
      middle('% of a core while held', ({ share = NaN }) => share * 100),
    ],
    measures: [GROWTH],
  },
}

/**
 * @param {Context} context
 * @returns {Promise<Figures>}
 */
async function run(context) {
  const kind = context.kinds.find(({ name }) => name === KERNEL)
  if (kind === undefined) throw new Error('needs namespaces, nft and conntrack')
  /** @type {Row} */
  const row = { target: kind.name, group: '', threads: kind.threads, samples: [] }
  const { crew, network, leaveOut, progress } = context
  for (let round = 1; round <= context.rounds; round++) {
    progress(`round ${round}: ${FLOWS} flows`)
    try {
      const openBackend = moduleBackend('udp-echo.js', 'udp')
      const backends = await Promise.all(Array.from({ length: BACKENDS }, () => openBackend(context)))
      const target = await openTarget(kind, { crew, network, protocol: 'udp', backends })
      const empty = await settledKilobytes(target.pids())
      let flows = 0
      for (let client = 0; client < FLOWS / PER_CLIENT; client++) {
        const clients = await openLoad(crew, network, 'idle-sessions.js')
        const { host, port } = target
        const from = network.clientAddress(client)
        flows += Number(await ask(clients, { host, port, protocol: 'udp', sessions: PER_CLIENT, from }))
      }
      const full = await settledKilobytes(target.pids())
      const before = cpuMicros(target.pids())
      await sleep(HELD_SECONDS * 1000)
      const share = (cpuMicros(target.pids()) - before) / (HELD_SECONDS * 1e6)
      row.samples.push({ flows, empty, full, grown: full - empty, share })
    } catch (error) {
      leaveOut(row.target, error)
    }
    await crew.stopAll()
  }
  return { rows: [row], notes: [] }
}
