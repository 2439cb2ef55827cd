import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort, HOST, serving } from '../lib/ports.js'
import { BACKLOG, MAX_CONNECTIONS } from './sizes.js'

/** @import { Crew } from '../lib/crew.js' */
/** @import { Server } from '../lib/ports.js' */

/**
 * HAProxy with one thread, set up like evenkeel by default.
 * @param {Crew} crew
 * @param {string} path
 * @param {number} backendPort
 * @returns {Promise<Server>}
 */
export async function openHaproxy(crew, path, backendPort) {
  const port = await freePort()
  const file = join(crew.directory(), 'haproxy.cfg')
  writeFileSync(
    file,
    `global
  nbthread 1
  maxconn ${MAX_CONNECTIONS}
defaults
  mode tcp
  maxconn ${MAX_CONNECTIONS}
  timeout connect 3s
  timeout client 1h
  timeout server 1h
  timeout client-fin 30s
  timeout server-fin 30s
  option clitcpka
  option srvtcpka
frontend clients
  bind ${HOST}:${port} backlog ${BACKLOG}
  default_backend servers
backend servers
  balance roundrobin
  server one ${HOST}:${backendPort} check inter 2s
`,
  )
  const member = crew.start(path, ['-db', '-f', file])
  return serving(member, 'tcp', port)
}
