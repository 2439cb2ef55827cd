import type { Test } from 'tap'
import { freePort } from './free-port.js'
import { pathOf } from './programs.js'
import { scratchDirectory } from './scratch.js'
import { startServer, type ServerProcess } from './server-process.js'

/** A Redis server that keeps everything in memory. */
export interface RedisServer {
  readonly port: number
  readonly process: ServerProcess
}

export async function startRedis(t: Test): Promise<RedisServer> {
  const port = await freePort()
  const process = await startServer(t, {
    command: pathOf('redis-server'),
    args: [
      ...['--port', String(port), '--bind', '127.0.0.1', '--dir', scratchDirectory(t)],
      ...['--save', '', '--appendonly', 'no', '--daemonize', 'no'],
    ],
    ready: /Ready to accept connections/,
  })
  return { port, process }
}
