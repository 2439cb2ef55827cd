import { chownSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import { freePort } from './free-port.js'
import { pathOf } from './programs.js'
import { succeed } from './run-program.js'
import { scratchDirectory } from './scratch.js'
import { ServerProcess } from './server-process.js'

/** SSLRequest, the first thing many clients say: answered with one byte, by a server that really serves. */
export const POSTGRES_PROBE = String.raw`tcp,send=hex:0000000804d2162f,expect=re:^[NS]`

/** A PostgreSQL server of its own, with everybody's trust, in a scratch directory. */
export class PostgresServer {
  readonly port: number
  readonly #data: string
  #process: ServerProcess

  constructor(port: number, data: string) {
    this.port = port
    this.#data = data
    this.#process = this.#launch()
  }

  ready(): Promise<void> {
    return this.#process.ready()
  }

  /** Everything it has logged since it was last started. */
  get log(): string {
    return this.#process.output
  }

  /** Runs SQL, past any balancer. */
  async sql(statement: string): Promise<string> {
    const { stdout } = await succeed(pathOf('psql'), [...toPostgres(this.port), '-Atc', statement])
    return stdout.toString()
  }

  /** Kills all its processes at once, as a crash of its machine would. */
  async crash(): Promise<void> {
    const { pid } = this.#process
    this.#process.signal('SIGSTOP')
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').match(/\d+/g) ?? []
    for (const child of children) process.kill(Number(child), 'SIGKILL')
    await this.#process.end('SIGKILL')
  }

  /** Starts it again after a crash. It also tidies up what the crash left in shared memory. */
  async restart(): Promise<void> {
    this.#process = this.#launch()
    await this.ready()
  }

  /** Ends it without a checkpoint. */
  stop(): Promise<void> {
    return this.#process.end('SIGQUIT')
  }

  #launch(): ServerProcess {
    const settings = [
      `port=${this.port}`,
      'listen_addresses=127.0.0.1',
      'unix_socket_directories=',
      'fsync=off',
      'synchronous_commit=off',
      'dynamic_shared_memory_type=mmap',
    ]
    const [command, ...args] = asPostgres(pathOf('postgres'), [
      ...['-D', this.#data],
      ...settings.flatMap(setting => ['-c', setting]),
    ])
    return new ServerProcess({ command, args, cwd: this.#data, ready: /ready to accept connections/ })
  }
}

/** Creates a cluster and starts its server. */
export async function startPostgres(t: Test): Promise<PostgresServer> {
  const data = join(scratchDirectory(t), 'data')
  mkdirSync(data)
  if (isRoot()) await giveToPostgres(data)
  const [command, ...args] = asPostgres(pathOf('initdb'), [
    ...['-D', data, '-U', 'postgres', '-A', 'trust', '--no-sync', '--no-locale', '-E', 'UTF8'],
  ])
  await succeed(command, args)
  const server = new PostgresServer(await freePort(), data)
  t.teardown(() => server.stop())
  await server.ready()
  return server
}

/** The flags of psql and pgbench for this port. */
export function toPostgres(port: number): readonly string[] {
  return ['-h', '127.0.0.1', '-p', String(port), '-U', 'postgres']
}

/** PostgreSQL refuses to run as root. */
function asPostgres(command: string, args: readonly string[]): [string, ...string[]] {
  if (!isRoot()) return [command, ...args]
  return ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups', command, ...args]
}

async function giveToPostgres(directory: string): Promise<void> {
  const [uid, gid] = await Promise.all(
    ['-u', '-g'].map(async flag => Number((await succeed('id', [flag, 'postgres'])).stdout)),
  )
  if (uid === undefined || gid === undefined) throw new Error('no user postgres')
  chownSync(directory, uid, gid)
}

function isRoot(): boolean {
  return process.getuid?.() === 0
}
