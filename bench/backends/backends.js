import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort, HOST, serving } from '../lib/ports.js'

/** @import { Crew } from '../lib/crew.js' */
/** @import { Server } from '../lib/ports.js' */
/** @import { Nginx } from '../lib/programs.js' */

/** What the HTTP backend answers. */
export const BODY = 'Even when the sea is rough, the keel is even.\n'

/**
 * Starts an HTTP server with a small answer: nginx with one worker when there is one, else Node.js.
 * @param {Crew} crew
 * @param {Nginx | undefined} nginx
 * @returns {Promise<Server>}
 */
export async function openHttpBackend(crew, nginx) {
  if (nginx === undefined) return openModule(crew, 'http-server.js', 'tcp')
  const port = await freePort()
  const directory = crew.directory()
  const file = join(directory, 'nginx.conf')
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    name => `${name}_temp_path ${join(directory, name)};`,
  )
  writeFileSync(
    file,
    `daemon off;
pid ${join(directory, 'pid')};
error_log stderr error;
worker_processes 1;
events { worker_connections 4096; }
http {
  ${paths.join('\n  ')}
  access_log off;
  default_type text/plain;
  keepalive_timeout 1h;
  keepalive_requests 1000000000;
  server {
    listen ${HOST}:${port} backlog=4096;
    location / { return 200 "${BODY}"; }
  }
}
`,
  )
  return serving(crew.start(nginx.path, ['-e', 'stderr', '-p', directory, '-c', file]), 'tcp', port)
}

/**
 * Starts a UDP server that sends every datagram back.
 * @param {Crew} crew
 */
export function openUdpEcho(crew) {
  return openModule(crew, 'udp-echo.js', 'udp')
}

/**
 * Starts a TCP server that greets every client with one byte and keeps it.
 * @param {Crew} crew
 */
export function openGreeter(crew) {
  return openModule(crew, 'tcp-greeter.js', 'tcp')
}

/**
 * @param {Crew} crew
 * @param {string} name
 * @param {'tcp' | 'udp'} protocol
 */
async function openModule(crew, name, protocol) {
  const port = await freePort()
  const module = new URL(name, import.meta.url).pathname
  return serving(crew.start(process.execPath, [module, String(port)]), protocol, port)
}
