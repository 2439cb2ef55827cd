import type { Test } from 'tap'
import { freePort } from './free-port.js'
import { pathOf } from './programs.js'
import { startServer } from './server-process.js'

/** Starts a memcached and resolves with its port. */
export async function startMemcached(t: Test): Promise<number> {
  const port = await freePort()
  await startServer(t, {
    command: pathOf('memcached'),
    args: ['-l', '127.0.0.1', '-p', String(port), '-U', '0', '-m', '64', '-t', '1', ...asOtherUser()],
    ready: { port },
  })
  return port
}

/** It refuses to run as root without being told a user. */
function asOtherUser(): readonly string[] {
  return process.getuid?.() === 0 ? ['-u', 'nobody'] : []
}
