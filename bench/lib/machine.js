import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism, cpus, release, totalmem } from 'node:os'
import { execFileSync } from 'node:child_process'
import { openFilesLimit } from './proc.js'

/** @import { Programs } from './programs.js' */
/** @import { Wishes } from './arguments.js' */

const require = createRequire(import.meta.url)

/**
 * What one needs to know to compare a result with another.
 * @param {Programs} programs
 * @param {Wishes} wishes
 */
export function describeMachine(programs, wishes) {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    openFiles: openFilesLimit(),
    versions: {
      evenkeel: versionIn('../../package.json'),
      node: execFileSync(wishes.node, ['--version'], { encoding: 'utf8' }).trim(),
      haproxy: programs.haproxy?.version,
      nginx: programs.nginx?.version,
      autocannon: versionIn('autocannon/package.json'),
      wrk: programs.wrk?.version,
    },
    command: ['npm run bench --', ...process.argv.slice(2).map(quote)].join(' '),
  }
}

/**
 * @param {ReturnType<typeof describeMachine>} machine
 * @returns {string[]}
 */
export function machineLines({ cpu, cores, memoryGiB, kernel, openFiles, versions, command }) {
  const named = Object.entries(versions).map(([name, version]) => `${name} ${version ?? 'not installed'}`)
  return [
    `machine:  ${cpu}, ${cores} cores, ${memoryGiB} GiB, Linux ${kernel}, ${openFiles} open files`,
    `versions: ${named.join(', ')}`,
    `command:  ${command}`,
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
