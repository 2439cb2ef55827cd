import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { checkBuild } from '../lib/build.js'
import { freePort, HOST, serving } from '../lib/ports.js'
import { MAX_CONNECTIONS } from './sizes.js'

/** @import { TargetKind } from './targets.js' */

const OWN_ROOT = fileURLToPath(new URL('../..', import.meta.url))

/**
 * A checkout of evenkeel as a target. Throws an Error for people when it is not built.
 * @param {string} name
 * @param {{ root: string | undefined, flags: readonly string[], node: readonly string[] }} build
 *   root: this checkout when undefined; node: the runtime and its flags
 * @returns {TargetKind}
 */
export function evenkeel(name, { root, flags, node }) {
  const directory = root === undefined ? OWN_ROOT : resolve(root)
  const warning = checkBuild(directory)
  if (warning !== undefined) process.stderr.write(`bench: ${warning}\n`)
  const [runtime = process.execPath, ...runtimeFlags] = node
  const program = [...runtimeFlags, resolve(directory, 'bin/evenkeel.js')]
  return {
    name,
    protocols: ['tcp', 'udp'],
    async open(crew, protocol, backendPort) {
      const port = await freePort()
      const service = ['--listen', `${protocol}://${HOST}:${port}`, '--backend', `${HOST}:${backendPort}`]
      const limits = ['--max-connections', String(MAX_CONNECTIONS), '--udp-idle-timeout', '10m']
      const quiet = ['--no-admin', '--log-level', 'warn', '--drain-timeout', '1s']
      const member = crew.start(runtime, [...program, ...service, ...limits, ...quiet, ...flags])
      return serving(member, protocol, port)
    },
  }
}
