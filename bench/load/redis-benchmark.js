import { programGenerator } from './generators.js'

/** @import { Program } from '../lib/programs.js' */
/** @import { OpenGenerator } from './generators.js' */

const FIRST_COUNT = 200_000

/**
 * redis-benchmark with 16 commands under way on each connection. It takes a count, not a time: the one that
 * the last run through the same target would have needed.
 * @param {Program} redisBenchmark
 * @returns {OpenGenerator}
 */
export function redisBenchmarkGenerator({ path }) {
  return programGenerator('redis-benchmark', ({ crew, network }) => {
    /** @type {Map<number, number>} */
    const rates = new Map()
    return async ({ host, port, connections, seconds }) => {
      const lastRate = rates.get(port)
      const count = lastRate === undefined ? FIRST_COUNT : Math.ceil(lastRate * seconds)
      const fixed = ['-h', host, '-p', String(port), '-t', 'get', '-P', '16', '--csv']
      const member = crew.start(network.client, path, [
        ...fixed,
        ...['-c', String(connections), '-n', String(count)],
      ])
      await member.ended
      const row = /^"GET",(.*)$/m.exec(member.output())?.[1] ?? ''
      const [rate = NaN, , , p50 = NaN, , p99 = NaN] = [...row.matchAll(/"([\d.]+)"/g)].map(([, digits]) =>
        Number(digits),
      )
      if (!Number.isFinite(rate)) throw new Error(`redis-benchmark: ${member.output()}`)
      rates.set(port, rate)
      return { count, seconds: count / rate, p50, p99, errors: 0 }
    }
  })
}
