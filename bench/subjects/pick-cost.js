import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ranged } from '../lib/columns.js'
import { ask, openLoad } from '../load/generators.js'
import { OWN_ROOT } from '../targets/evenkeel.js'
import { OURS } from '../targets/targets.js'

/** @import { Measure, Row, Sample } from '../lib/rows.js' */
/** @import { Context, Figures, Subject } from './subjects.js' */

const ALGORITHMS = ['round-robin', 'least-connections', 'ip-hash', 'random-two', 'least-latency']
const SIZES = [3, 100, 1_000]
const MILLIS = 200

/** @type {readonly Measure[]} */
const MEASURES = SIZES.map(size => ({
  title: `ns, ${size.toLocaleString('en-US')} backends`,
  better: 'less',
  of: sample => sample[`nanos${size}`] ?? NaN,
}))

/**
 * What choosing a backend costs, without any traffic.
 * @type {Subject}
 */
export const pickCost = {
  name: 'pick-cost',
  title: 'Choosing a backend and giving it back, in one process, no traffic',
  run,
  presentation: { groupTitle: 'checkout', columns: MEASURES.map(ranged), measures: MEASURES },
}

/**
 * @param {Context} context
 * @returns {Promise<Figures>}
 */
async function run({ crew, network, wishes, rounds, progress }) {
  const checkouts = [
    { group: OURS, root: OWN_ROOT },
    ...(wishes.against === undefined ? [] : [{ group: 'against', root: resolve(wishes.against) }]),
  ]
  const jobs = ALGORITHMS.flatMap(algorithm =>
    checkouts.map(({ group, root }) => {
      /** @type {Row} */
      const row = { target: algorithm, group, threads: 1, samples: [] }
      return { row, root: `${pathToFileURL(root).href}/`, algorithm }
    }),
  )
  for (let round = 1; round <= rounds; round++) {
    for (const { row, root, algorithm } of jobs) {
      progress(`round ${round}: ${algorithm}, ${row.group}`)
      /** @type {Sample} */
      const sample = {}
      for (const backends of SIZES) {
        // A fresh process, or the compiler would know several algorithms in the same place.
        const member = await openLoad(crew, network, 'pick-cost.js', wishes.node)
        const nanos = await ask(member, { root, algorithm, backends, millis: MILLIS })
        sample[`nanos${backends}`] = Number(nanos)
        await crew.stop(member)
      }
      row.samples.push(sample)
    }
  }
  return { rows: jobs.map(({ row }) => row), notes: [] }
}
