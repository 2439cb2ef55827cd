import { iperf3Backend } from '../backends/backends.js'
import { ERRORS, ranged, SHARES } from '../lib/columns.js'
import { iperf3Generator } from '../load/iperf3.js'
import { runLoad } from './load-subject.js'

/** @import { Measure } from '../lib/rows.js' */
/** @import { Subject } from './subjects.js' */

/** @type {Measure} */
const RATE = { title: 'Gbit/s', better: 'more', of: ({ rate = NaN }) => rate * 8 }

/** @type {Measure} */
const CPU = { title: 'CPU s/GB', better: 'less', of: ({ cpuPerUnit = NaN }) => cpuPerUnit / 1e6 }

/** As much as one connection carries: what a gigabyte costs. */
export const bulk = streams('bulk', 1)

/** As much as 16 connections carry together. */
export const bulk16 = streams('bulk-16', 16)

/**
 * @param {string} name
 * @param {number} connections
 * @returns {Subject}
 */
function streams(name, connections) {
  return {
    name,
    title: `Bulk data to the backend, ${connections === 1 ? 'one stream' : `${connections} streams`} of iperf3`,
    singleThread: connections === 1,
    run: async context => {
      const { iperf3 } = context.programs
      if (iperf3 === undefined) throw new Error('iperf3 is not installed')
      return runLoad(context, {
        protocol: 'tcp',
        connections,
        openBackend: iperf3Backend(iperf3),
        generators: [iperf3Generator(iperf3)],
      })
    },
    presentation: {
      groupTitle: '',
      columns: [ranged(RATE), ranged(CPU), ...SHARES, ERRORS],
      measures: [RATE, CPU],
    },
  }
}
