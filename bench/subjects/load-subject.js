import { availableParallelism } from 'node:os'
import { disturbance, limitedBy } from '../lib/limit.js'
import { measure } from '../lib/measure.js'
import { ratio, spread } from '../lib/statistics.js'
import { figure, percent, range, table } from '../lib/table.js'
import { OURS } from '../targets/targets.js'

/** @import { Crew } from '../lib/crew.js' */
/** @import { Sample } from '../lib/measure.js' */
/** @import { Server } from '../lib/ports.js' */
/** @import { OpenGenerator } from '../load/generators.js' */
/** @import { Protocol, TargetKind } from '../targets/targets.js' */
/** @import { Context, Report } from './subjects.js' */

/**
 * What one generator saw through one target, a sample per round.
 * @typedef {object} Row
 * @property {string} target
 * @property {string} generator
 * @property {Sample[]} samples
 */

/**
 * @typedef {object} LoadSetup
 * @property {Protocol} protocol
 * @property {string} unit what is counted
 * @property {number} connections
 * @property {(crew: Crew) => Promise<Server>} openBackend
 * @property {readonly OpenGenerator[]} generators
 */

const WARM_UP_SECONDS = 1

/**
 * Loads every target in turn, round after round, so that what disturbs the machine disturbs all of them.
 * @param {Context} context
 * @param {LoadSetup} setup
 * @returns {Promise<Report>}
 */
export async function runLoad({ crew, kinds, rounds, seconds, progress }, setup) {
  const { connections } = setup
  const backend = await setup.openBackend(crew)
  const generators = await Promise.all(setup.generators.map(open => open(crew)))
  const targets = []
  for (const kind of kinds.filter(({ protocols }) => protocols.includes(setup.protocol))) {
    targets.push({ kind, target: await kind.open(crew, setup.protocol, backend.port) })
  }
  const jobs = targets.flatMap(({ kind, target }) =>
    generators.map(generator => {
      /** @type {Row} */
      const row = { target: kind.name, generator: generator.name, samples: [] }
      return { row, target, generator }
    }),
  )
  for (const { row, target, generator } of jobs) {
    progress(`warm-up: ${row.target}, load by ${row.generator}`)
    await generator.run({ port: target.port, connections, seconds: WARM_UP_SECONDS })
  }
  for (let round = 1; round <= rounds; round++) {
    for (const { row, target, generator } of jobs) {
      const sample = await measure({ generator, target, backend, connections, seconds })
      progress(
        `round ${round}: ${row.target}, load by ${row.generator}: ${figure(sample.rate)} ${setup.unit}s/s`,
      )
      row.samples.push(sample)
    }
  }
  const rows = jobs.map(({ row }) => row)
  const noise = disturbance(rows.flatMap(({ samples }) => samples.map(({ others }) => others)))
  const lines = [...rowLines(rows, setup.unit), '', ...ratioLines(rows, setup.unit), ...noise]
  return { lines, figures: rows }
}

/**
 * @param {readonly Row[]} rows
 * @param {string} unit
 */
function rowLines(rows, unit) {
  const head = `target|load by|${unit}s/s|p50 ms|p99 ms|CPU µs/${unit}|balancer|generator|backend|others|limited by|errors`
  return table(
    head.split('|'),
    rows.map(({ target, generator, samples }) => {
      /** @param {keyof Sample} key */
      const of = key => spread(samples.map(sample => sample[key]))
      const shares = {
        balancer: of('balancer').median,
        generator: of('generator').median,
        backend: of('backend').median,
        others: of('others').median,
      }
      return [
        target,
        generator,
        range(of('rate')),
        figure(of('p50').median),
        figure(of('p99').median),
        range(of('cpuPerUnit')),
        ...Object.values(shares).map(percent),
        limitedBy(shares, availableParallelism()),
        String(samples.reduce((total, { errors }) => total + errors, 0)),
      ]
    }),
  )
}

/**
 * @param {readonly Row[]} rows
 * @param {string} unit
 */
function ratioLines(rows, unit) {
  return rows
    .filter(({ target }) => target === OURS)
    .flatMap(ours =>
      rows
        .filter(row => row.target !== OURS && row.generator === ours.generator)
        .map(theirs => {
          /** @param {'rate' | 'cpuPerUnit'} key */
          const compare = key =>
            range(
              ratio(
                ours.samples.map(sample => sample[key]),
                theirs.samples.map(sample => sample[key]),
              ),
              value => `${value.toFixed(2)}x`,
            )
          const cpu = theirs.target === 'direct' ? '' : `, CPU per ${unit} ${compare('cpuPerUnit')}`
          return `evenkeel / ${theirs.target}, load by ${ours.generator}: ${unit}s/s ${compare('rate')}${cpu}`
        }),
    )
}
