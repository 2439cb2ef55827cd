import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism, cpus, release, totalmem } from 'node:os'
import { execFileSync } from 'node:child_process'
import { openFilesLimit } from './proc.js'

/** @import { Network } from './network.js' */
/** @import { Programs } from './programs.js' */
/** @import { Wishes } from './arguments.js' */

const require = createRequire(import.meta.url)

/**
 * What one needs to know to compare a result with another.
 * @param {Programs} programs
 * @param {Wishes} wishes
 * @param {Network} network
 */
export function describeMachine(programs, wishes, { kind, note }) {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    network: kind,
    networkNote: note,
    openFiles: openFilesLimit(),
    versions: {
      evenkeel: versionIn('../../package.json'),
      node: execFileSync(wishes.node, ['--version'], { encoding: 'utf8' }).trim(),
      haproxy: programs.haproxy?.version,
      nginx: programs.nginx?.version,
      autocannon: versionIn('autocannon/package.json'),
      wrk: programs.wrk?.version,
      iperf3: programs.iperf3?.version,
      redis: programs.redisServer?.version,
      'redis-benchmark': programs.redisBenchmark?.version,
      postgres: programs.postgres?.version,
      pgbench: programs.pgbench?.version,
    },
    command: ['npm run bench --', ...process.argv.slice(2).map(quote)].join(' '),
  }
}

/** @typedef {ReturnType<typeof describeMachine>} Machine */

const NETWORKS = {
  namespaces: 'client, balancer and backends in network namespaces, joined by veth',
  loopback: 'loopback',
}

/**
 * @param {Machine} machine
 * @returns {string[]}
 */
export function machineLines({ cpu, cores, memoryGiB, kernel, openFiles, network, networkNote, ...rest }) {
  const installed = Object.entries(rest.versions).map(([name, version]) => `${name} ${version ?? 'missing'}`)
  const note = networkNote === undefined ? '' : ` (${networkNote})`
  return [
    `machine:  ${cpu}, ${cores} cores, ${memoryGiB} GiB, Linux ${kernel}, ${openFiles} open files`,
    `network:  ${NETWORKS[network]}${note}`,
    `versions: ${installed.join(', ')}`,
    `command:  ${rest.command}`,
  ]
}

/** @param {string} manifest */
function versionIn(manifest) {
  /** @type {{ version: string }} */
  const { version } = JSON.parse(readFileSync(require.resolve(manifest), 'utf8'))
  return version
}

/** @param {string} word */
function quote(word) {
  return word.includes(' ') ? `'${word}'` : word
}
