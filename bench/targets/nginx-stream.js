import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { BACKLOG, MAX_CONNECTIONS } from './sizes.js'

/** @import { Launched, Task } from './targets.js' */

/**
 * nginx with its stream module, set up like evenkeel by default. The open version does not probe.
 * @param {Task} task
 * @param {{ path: string, stream: string }} nginx
 * @param {number} workers
 * @returns {Promise<Launched>}
 */
export async function launchNginxStream(task, { path, stream }, workers) {
  const { crew, network, protocol, backends, maxConnections = MAX_CONNECTIONS } = task
  const { host } = network.balancer
  const port = await network.freePort()
  const directory = crew.directory()
  const file = join(directory, 'nginx.conf')
  // Only with a socket each do several workers share the clients of a UDP port evenly, one client staying with one.
  const own = workers === 1 ? '' : ' reuseport'
  const listen = protocol === 'tcp' ? `backlog=${BACKLOG} so_keepalive=on` : `udp rcvbuf=4m${own}`
  writeFileSync(
    file,
    `${stream}
daemon off;
pid ${join(directory, 'pid')};
error_log stderr error;
worker_processes ${workers};
events { worker_connections ${2 * maxConnections}; }
stream {
  upstream servers {
    ${backends.map(backend => `server ${backend.host}:${backend.port} max_fails=3;`).join('\n    ')}
  }
  server {
    listen ${host}:${port} ${listen};
    proxy_pass servers;
    proxy_connect_timeout 3s;
    proxy_timeout ${protocol === 'tcp' ? '1h' : '10m'};
    ${protocol === 'tcp' ? 'proxy_socket_keepalive on;' : ''}
  }
}
`,
  )
  const member = crew.start(network.balancer, path, ['-e', 'stderr', '-p', directory, '-c', file])
  return { member, host, port }
}
