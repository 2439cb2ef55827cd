import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { BACKLOG, MAX_CONNECTIONS } from './sizes.js'

/** @import { Launched, Task } from './targets.js' */

/**
 * HAProxy set up like evenkeel by default, and else as it is by default: it does not splice.
 * @param {Task} task
 * @param {string} path
 * @param {number} threads
 * @returns {Promise<Launched>}
 */
export async function launchHaproxy(task, path, threads) {
  const { crew, network, backends, probeSeconds = 2, maxConnections = MAX_CONNECTIONS } = task
  const { host } = network.balancer
  const port = await network.freePort()
  const file = join(crew.directory(), 'haproxy.cfg')
  const servers = backends.map(
    (backend, index) => `  server s${index} ${backend.host}:${backend.port} check inter ${probeSeconds}s`,
  )
  writeFileSync(
    file,
    `global
  nbthread ${threads}
  maxconn ${maxConnections}
defaults
  mode tcp
  maxconn ${maxConnections}
  timeout connect 3s
  timeout client 1h
  timeout server 1h
  timeout client-fin 30s
  timeout server-fin 30s
  option clitcpka
  option srvtcpka
frontend clients
  bind ${host}:${port} backlog ${BACKLOG}
  default_backend servers
backend servers
  balance roundrobin
${servers.join('\n')}
`,
  )
  return { member: crew.start(network.balancer, path, ['-db', '-f', file]), host, port }
}
