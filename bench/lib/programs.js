import { execFileSync } from 'node:child_process'
import { accessSync, constants, existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/**
 * An installed program.
 * @typedef {object} Program
 * @property {string} path
 * @property {string} version
 */

/**
 * An nginx and what its configuration must start with to have the stream module; undefined when it has none.
 * @typedef {Program & { stream: string | undefined }} Nginx
 */

/**
 * The programs that are measured beside evenkeel or help to measure; undefined for those not installed.
 * @typedef {object} Programs
 * @property {Program | undefined} haproxy
 * @property {Nginx | undefined} nginx
 * @property {Program | undefined} wrk
 * @property {Program | undefined} iperf3
 * @property {Program | undefined} redisServer
 * @property {Program | undefined} redisBenchmark
 * @property {Program | undefined} postgres
 * @property {Program | undefined} initdb
 * @property {Program | undefined} pgbench
 * @property {Program | undefined} ip
 * @property {Program | undefined} nsenter
 * @property {Program | undefined} nft
 * @property {Program | undefined} conntrack
 */

/**
 * Looks for the programs in PATH and where distributions put servers.
 * @returns {Programs}
 */
export function findPrograms() {
  return {
    haproxy: find('haproxy', '-v'),
    nginx: findNginx(),
    wrk: find('wrk', '-v'),
    iperf3: find('iperf3', '-v'),
    redisServer: find('redis-server', '-v'),
    redisBenchmark: find('redis-benchmark', '-v'),
    postgres: find('postgres', '--version'),
    initdb: find('initdb', '--version'),
    pgbench: find('pgbench', '--version'),
    ip: find('ip', '-V'),
    nsenter: find('nsenter', '-V'),
    nft: find('nft', '-v'),
    conntrack: find('conntrack', '-V'),
  }
}

/** @returns {Nginx | undefined} */
function findNginx() {
  const program = find('nginx', '-v')
  if (program === undefined) return undefined
  const build = outputOf(program.path, '-V')
  const [, modules] = /--modules-path=(\S+)/.exec(build) ?? []
  const loadable = modules === undefined ? undefined : join(modules, 'ngx_stream_module.so')
  if (/--with-stream(\s|$)/.test(build)) return { ...program, stream: '' }
  const stream = loadable !== undefined && isUsable(loadable, constants.R_OK)
  return { ...program, stream: stream ? `load_module ${loadable};` : undefined }
}

/**
 * @param {string} name
 * @param {string} versionFlag
 * @returns {Program | undefined}
 */
function find(name, versionFlag) {
  const path = (process.env['PATH'] ?? '').split(delimiter)
  const directories = [...postgresDirectories(), ...path, '/usr/sbin', '/usr/local/sbin']
  const file = directories
    .map(directory => join(directory, name))
    .find(candidate => isUsable(candidate, constants.X_OK))
  if (file === undefined) return undefined
  const [version] = /\d+\.\d+[^\s,]*/.exec(outputOf(file, versionFlag)) ?? ['unknown']
  return { path: file, version }
}

/** Where Debian keeps the servers, newest first; its wrappers in /usr/bin read the machine's own configuration. */
function postgresDirectories() {
  const root = '/usr/lib/postgresql'
  if (!existsSync(root)) return []
  return readdirSync(root)
    .sort((a, b) => Number(b) - Number(a))
    .map(version => join(root, version, 'bin'))
}

/**
 * What it prints on either stream; wrk calls asking for its version a failure.
 * @param {string} path
 * @param {string} flag
 */
function outputOf(path, flag) {
  return execFileSync('/bin/sh', ['-c', '"$0" "$1" 2>&1 || true', path, flag], { encoding: 'utf8' })
}

/**
 * @param {string} file
 * @param {number} mode
 */
function isUsable(file, mode) {
  try {
    accessSync(file, mode)
    return true
  } catch {
    return false
  }
}
