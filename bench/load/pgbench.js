import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { USER } from '../backends/postgres.js'
import { createLatencies } from './latencies.js'
import { programGenerator } from './generators.js'

/** @import { Program } from '../lib/programs.js' */
/** @import { OpenGenerator } from './generators.js' */

/**
 * pgbench -S: one row selected by its key per transaction. The times of the transactions are in the log it writes.
 * @param {Program} pgbench
 * @returns {OpenGenerator}
 */
export function pgbenchGenerator({ path }) {
  return programGenerator('pgbench', ({ crew, network }) => async ({ host, port, connections, seconds }) => {
    const directory = crew.directory()
    const member = crew.start(network.client, path, [
      ...['-h', host, '-p', String(port), '-U', USER, '-S', '-n'],
      ...['-c', String(connections), '-T', String(seconds), '-l', `--log-prefix=${join(directory, 'log')}`],
      'postgres',
    ])
    await member.ended
    const output = member.output()
    const [, count] = /transactions actually processed: (\d+)/.exec(output) ?? []
    const [, rate] = /tps = ([\d.]+)/.exec(output) ?? []
    const [, failed = '0'] = /failed transactions: (\d+)/.exec(output) ?? []
    if (count === undefined || rate === undefined) throw new Error(`pgbench: ${output}`)
    const latencies = createLatencies()
    for (const name of readdirSync(directory)) {
      for (const line of readFileSync(join(directory, name), 'utf8').split('\n')) {
        if (line !== '') latencies.record(Number(line.split(' ')[2]) / 1000)
      }
    }
    return {
      count: Number(count),
      seconds: Number(count) / Number(rate),
      p50: latencies.percentile(50),
      p99: latencies.percentile(99),
      errors: Number(failed),
    }
  })
}
