import { execFileSync } from 'node:child_process'
import { appendFileSync, chownSync } from 'node:fs'
import { join } from 'node:path'
import { lastLine } from '../lib/crew.js'
import { serving } from '../lib/serving.js'

/** @import { Program } from '../lib/programs.js' */
/** @import { OpenBackend } from './backends.js' */

/** The user of the database; nobody is asked for a password. */
export const USER = 'postgres'

/**
 * A PostgreSQL with the tables of pgbench, small enough for its cache.
 * @param {{ initdb: Program, postgres: Program, pgbench: Program }} programs
 * @returns {OpenBackend}
 */
export function postgresBackend({ initdb, postgres, pgbench }) {
  return async ({ crew, network }) => {
    const side = network.backends
    const port = await network.freePort()
    const directory = crew.directory()
    if (isRoot()) chownSync(directory, idOf('-u'), idOf('-g'))
    const data = join(directory, 'data')
    /** @param {readonly string[]} command */
    const start = command => {
      const [file = '', ...args] = command
      return crew.start(side, file, args)
    }
    /** @param {readonly string[]} command */
    const finish = async command => {
      const member = start(command)
      await member.ended
      if (member.child.exitCode !== 0) throw new Error(`${command[0] ?? ''}: ${lastLine(member) ?? 'failed'}`)
    }
    await finish(asPostgres([initdb.path, '-D', data, '-U', USER, '-A', 'trust', '--no-sync', '--no-locale']))
    appendFileSync(join(data, 'pg_hba.conf'), 'host all all 0.0.0.0/0 trust\n')
    const settings = [
      `port=${port}`,
      `listen_addresses=${side.host}`,
      'unix_socket_directories=',
      'fsync=off',
    ]
    const member = start(asPostgres([postgres.path, '-D', data, ...settings.flatMap(one => ['-c', one])]))
    const server = await serving(member, 'tcp', { host: side.host, port })
    await finish([pgbench.path, '-h', side.host, '-p', String(port), '-U', USER, '-i', '-q', 'postgres'])
    return server
  }
}

/**
 * PostgreSQL refuses to run as root.
 * @param {readonly string[]} command
 */
function asPostgres(command) {
  if (!isRoot()) return command
  return ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups', ...command]
}

/** @param {'-u' | '-g'} flag */
function idOf(flag) {
  return Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
}

function isRoot() {
  return process.getuid?.() === 0
}
