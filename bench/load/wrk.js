import { programGenerator } from './generators.js'

/** @import { Program } from '../lib/programs.js' */
/** @import { OpenGenerator } from './generators.js' */

const MICROS = new Map([
  ['us', 1],
  ['ms', 1_000],
  ['s', 1_000_000],
])

/**
 * wrk with one thread where it is installed, nothing elsewhere.
 * @param {Program | undefined} wrk
 * @param {readonly string[]} [headers]
 * @returns {OpenGenerator[]}
 */
export function wrkGenerator(wrk, headers = []) {
  if (wrk === undefined) return []
  const fixed = ['-t1', '--latency', ...headers.flatMap(header => ['-H', header])]
  const open = programGenerator(
    'wrk',
    ({ crew, network }) =>
      async ({ host, port, connections, seconds }) => {
        const url = `http://${host}:${port}/`
        const member = crew.start(network.client, wrk.path, [
          ...fixed,
          `-c${connections}`,
          `-d${seconds}`,
          url,
        ])
        await member.ended
        return parseWrk(member.output())
      },
  )
  return [open]
}

/**
 * Reads what wrk prints. Throws when that is not a report.
 * @param {string} output
 */
function parseWrk(output) {
  const [, count, took, unit = 's'] = /(\d+) requests in ([\d.]+)(us|ms|s|m),/.exec(output) ?? []
  if (count === undefined) throw new Error(`wrk: ${output}`)
  const [, sockets = ''] = /Socket errors: (.*)/.exec(output) ?? []
  const [, refused = '0'] = /Non-2xx or 3xx responses: (\d+)/.exec(output) ?? []
  const broken = [...sockets.matchAll(/\d+/g)].reduce((total, [digits]) => total + Number(digits), 0)
  return {
    count: Number(count),
    seconds: unit === 'm' ? Number(took) * 60 : (Number(took) * (MICROS.get(unit) ?? NaN)) / 1_000_000,
    p50: percentile(output, 50),
    p99: percentile(output, 99),
    errors: broken + Number(refused),
  }
}

/**
 * @param {string} output
 * @param {number} share
 */
function percentile(output, share) {
  const [, digits, unit = ''] = new RegExp(`^\\s+${share}%\\s+([\\d.]+)(us|ms|s)`, 'm').exec(output) ?? []
  return (Number(digits) * (MICROS.get(unit) ?? NaN)) / 1000
}
