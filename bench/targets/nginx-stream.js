import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort, HOST, serving } from '../lib/ports.js'
import { BACKLOG, MAX_CONNECTIONS } from './sizes.js'

/** @import { Crew } from '../lib/crew.js' */
/** @import { Server } from '../lib/ports.js' */
/** @import { Protocol } from './targets.js' */

/**
 * nginx with one worker and its stream module, set up like evenkeel by default.
 * @param {Crew} crew
 * @param {{ path: string, stream: string }} nginx
 * @param {Protocol} protocol
 * @param {number} backendPort
 * @returns {Promise<Server>}
 */
export async function openNginxStream(crew, { path, stream }, protocol, backendPort) {
  const port = await freePort()
  const directory = crew.directory()
  const file = join(directory, 'nginx.conf')
  const listen = protocol === 'tcp' ? `backlog=${BACKLOG} so_keepalive=on` : 'udp rcvbuf=4m'
  writeFileSync(
    file,
    `${stream}
daemon off;
pid ${join(directory, 'pid')};
error_log stderr error;
worker_processes 1;
events { worker_connections ${2 * MAX_CONNECTIONS}; }
stream {
  upstream servers { server ${HOST}:${backendPort} max_fails=3; }
  server {
    listen ${HOST}:${port} ${listen};
    proxy_pass servers;
    proxy_connect_timeout 3s;
    proxy_timeout ${protocol === 'tcp' ? '1h' : '10m'};
    ${protocol === 'tcp' ? 'proxy_socket_keepalive on;' : ''}
  }
}
`,
  )
  const member = crew.start(path, ['-e', 'stderr', '-p', directory, '-c', file])
  return serving(member, protocol, port)
}
