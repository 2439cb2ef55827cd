import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { serving } from '../lib/serving.js'

/** @import { Crew } from '../lib/crew.js' */
/** @import { Network } from '../lib/network.js' */
/** @import { Program, Programs } from '../lib/programs.js' */
/** @import { Server } from '../lib/serving.js' */

/**
 * What a backend needs to be started.
 * @typedef {object} Place
 * @property {Crew} crew
 * @property {Network} network
 */

/** @typedef {(place: Place) => Promise<Server>} OpenBackend */

/** What the HTTP backend answers. */
export const BODY = 'Even when the sea is rough, the keel is even.\n'

/**
 * An HTTP server with a small answer: nginx with one worker when there is one, else Node.js.
 * @param {Programs} programs
 * @param {{ everywhere?: boolean }} [options] everywhere: on all addresses of its side
 * @returns {OpenBackend}
 */
export function httpBackend({ nginx }, { everywhere = false } = {}) {
  if (nginx === undefined) return moduleBackend('http-server.js', 'tcp', { everywhere })
  return place => openNginx(place, nginx.path, everywhere)
}

/**
 * One of the modules here.
 * @param {string} name
 * @param {'tcp' | 'udp'} protocol
 * @param {{ everywhere?: boolean }} [options] everywhere: on all addresses of its side
 * @returns {OpenBackend}
 */
export function moduleBackend(name, protocol, { everywhere = false } = {}) {
  const module = new URL(name, import.meta.url).pathname
  return async ({ crew, network }) => {
    const { host } = network.backends
    const port = await network.freePort()
    const member = crew.start(network.backends, process.execPath, [
      module,
      ...[String(port), everywhere ? '0.0.0.0' : host],
    ])
    return serving(member, protocol, { host, port })
  }
}

/**
 * An iperf3 server, which serves one test at a time.
 * @param {Program} iperf3
 * @returns {OpenBackend}
 */
export function iperf3Backend({ path }) {
  return async ({ crew, network }) => {
    const { host } = network.backends
    const port = await network.freePort()
    const member = crew.start(network.backends, path, ['-s', '-B', host, '-p', String(port)])
    return serving(member, 'tcp', { host, port })
  }
}

/**
 * A Redis that writes nothing to disk.
 * @param {Program} redisServer
 * @returns {OpenBackend}
 */
export function redisBackend({ path }) {
  return async ({ crew, network }) => {
    const { host } = network.backends
    const port = await network.freePort()
    const settings = ['--port', String(port), '--bind', host, '--protected-mode', 'no', '--save', '']
    return serving(crew.start(network.backends, path, settings), 'tcp', { host, port })
  }
}

/**
 * @param {Place} place
 * @param {string} path
 * @param {boolean} everywhere
 */
async function openNginx({ crew, network }, path, everywhere) {
  const { host } = network.backends
  const port = await network.freePort()
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
    listen ${everywhere ? '*' : host}:${port} backlog=4096;
    location / { return 200 "${BODY}"; }
  }
}
`,
  )
  const member = crew.start(network.backends, path, ['-e', 'stderr', '-p', directory, '-c', file])
  return serving(member, 'tcp', { host, port })
}
