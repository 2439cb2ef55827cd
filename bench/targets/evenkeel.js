import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { checkBuild } from '../lib/build.js'
import { MAX_CONNECTIONS } from './sizes.js'

/** @import { TargetKind } from './targets.js' */

/** The root of the checkout this belongs to. */
export const OWN_ROOT = fileURLToPath(new URL('../..', import.meta.url))

/**
 * A checkout of evenkeel as a target. Throws an Error for people when it is not built.
 * @param {string} name
 * @param {{ root: string | undefined, flags: readonly string[], node: readonly string[], workers: number }} build
 *   root: this checkout when undefined; node: the runtime and its flags
 * @returns {TargetKind}
 */
export function evenkeel(name, { root, flags, node, workers }) {
  const directory = root === undefined ? OWN_ROOT : resolve(root)
  const warning = checkBuild(directory)
  if (warning !== undefined && workers === 1) process.stderr.write(`bench: ${warning}\n`)
  const [runtime = process.execPath, ...runtimeFlags] = node
  const isKernel = flags.includes('kernel')
  const program = [...runtimeFlags, resolve(directory, 'bin/evenkeel.js')]
  return {
    name,
    protocols: ['tcp', 'udp'],
    threads: workers,
    saysReady: true,
    async launch(task) {
      const { crew, network, protocol, backends } = task
      const { probeSeconds = 2, maxConnections = MAX_CONNECTIONS, logsStart = false } = task
      const place = isKernel ? network.router : network.balancer
      const { host } = place
      const port = await network.freePort()
      const member = crew.start(place, runtime, [
        ...program,
        ...['--listen', `${protocol}://${host}:${port}`],
        ...backends.flatMap(backend => ['--backend', `${backend.host}:${backend.port}`]),
        ...['--probe-interval', `${probeSeconds}s`],
        ...(isKernel ? [] : ['--max-connections', String(maxConnections)]),
        ...['--udp-idle-timeout', '10m'],
        ...['--no-admin', '--log-format', 'json', '--log-level', logsStart ? 'info' : 'warn'],
        ...['--drain-timeout', '1s'],
        // As few flags as possible, so that --against may be an older checkout.
        ...(workers === 1 ? [] : ['--workers', String(workers)]),
        // Rulesets of one network are told apart by their names.
        ...(isKernel ? ['--name', `bench-${port}`] : []),
        ...flags,
      ])
      return { member, host, port }
    },
  }
}
