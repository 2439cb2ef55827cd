import { setTimeout as sleep } from 'node:timers/promises'
import { programGenerator } from './generators.js'

/** @import { Program } from '../lib/programs.js' */
/** @import { OpenGenerator } from './generators.js' */

const RETRY_MILLIS = 200
const ATTEMPTS = 10

/**
 * @typedef {object} Iperf3Report
 * @property {string} [error]
 * @property {{ sum_received: { bytes: number, seconds: number } }} end
 */

/**
 * iperf3, which sends as much as it can over as many streams as there are connections. A unit is a gigabyte (10^9 bytes).
 * @param {Program} iperf3
 * @returns {OpenGenerator}
 */
export function iperf3Generator(iperf3) {
  return programGenerator('iperf3', ({ crew, network }) => async ({ host, port, connections, seconds }) => {
    const flags = ['-c', host, '-p', String(port), '-P', String(connections), '-t', String(seconds)]
    for (let attempt = 1; ; attempt++) {
      const member = crew.start(network.client, iperf3.path, [...flags, '-J', '-i', '0'])
      await member.ended
      /** @type {Iperf3Report} */
      const report = JSON.parse(/\{.*\}/s.exec(member.output())?.[0] ?? '{"error":"no report"}')
      if (report.error === undefined) {
        const { bytes, seconds: took } = report.end.sum_received
        return { count: bytes / 1e9, seconds: took, p50: NaN, p99: NaN, errors: 0 }
      }
      // The server takes one test at a time, and the end of the last one may still be under way.
      if (!report.error.includes('busy') || attempt === ATTEMPTS) throw new Error(`iperf3: ${report.error}`)
      await sleep(RETRY_MILLIS)
    }
  })
}
