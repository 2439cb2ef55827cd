import { moduleBackend } from '../backends/backends.js'
import { ERRORS, middle, ranged } from '../lib/columns.js'
import { ask, openLoad } from '../load/generators.js'
import { evenkeel } from '../targets/evenkeel.js'
import { KERNEL, openTarget, OURS } from '../targets/targets.js'

/** @import { Measure, Row } from '../lib/rows.js' */
/** @import { Context, Figures, Subject } from './subjects.js' */

const BACKENDS = 4
/** Clients a second, and how many seconds one stays. */
const RATE = 400
const STAY = 0.5
const ALGORITHMS = ['least-connections', 'random-two', 'round-robin']

/** @type {Measure} */
const SPREAD = { title: 'sessions apart', better: 'less', of: ({ spread = NaN }) => spread }

/**
 * How even the sessions of backends are where each client is looked at, and where the kernel draws by chance.
 * @type {Subject}
 */
export const evenness = {
  name: 'evenness',
  title: `The fullest and the emptiest of ${BACKENDS} backends, ${RATE} clients a second that stay ${STAY} s`,
  singleThread: true,
  run,
  presentation: {
    groupTitle: 'algorithm',
    columns: [ranged(SPREAD), middle('sessions of each', ({ mean = NaN }) => mean), ERRORS],
    measures: [SPREAD],
  },
}

/**
 * @param {Context} context
 * @returns {Promise<Figures>}
 */
async function run(context) {
  const { crew, network, wishes, rounds, seconds, progress, leaveOut } = context
  const kinds = context.kinds.filter(({ name }) => [OURS, KERNEL].includes(name))
  /** @type {Row[]} */
  const rows = []
  for (const algorithm of ALGORITHMS) {
    for (const { name } of kinds) {
      /** @type {Row} */
      const row = { target: name, group: algorithm, threads: 1, samples: [] }
      rows.push(row)
      try {
        const backend = await moduleBackend('tcp-namer.js', 'tcp', { everywhere: true })(context)
        const flags = ['--balance', algorithm, ...(name === KERNEL ? ['--datapath', 'kernel'] : [])]
        const node = [wishes.node, ...wishes.nodeFlags]
        const kind = evenkeel(name, { root: undefined, flags, node, workers: 1 })
        const backends = Array.from({ length: BACKENDS }, (_, index) => ({
          host: network.backendAddress(index),
          port: backend.port,
        }))
        const { host, port } = await openTarget(kind, { crew, network, protocol: 'tcp', backends })
        const clients = await openLoad(crew, network, 'churn.js')
        for (let round = 1; round <= rounds; round++) {
          progress(`round ${round}: ${name}, ${algorithm}`)
          const options = { host, port, rate: RATE, stay: STAY, seconds, backends: BACKENDS }
          row.samples.push(/** @type {Row['samples'][number]} */ (await ask(clients, options)))
        }
      } catch (error) {
        leaveOut(`${name}, ${algorithm}`, error)
      }
      await crew.stopAll()
    }
  }
  return { rows, notes: [] }
}
