import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { lastLine } from './crew.js'

/** @import { Member } from './crew.js' */

const READY_MILLIS = 20_000
const POLL_MILLIS = 20
const TCP_LISTEN = '0A'
const UDP_UNCONNECTED = '07'

/**
 * What takes clients: a backend, or a balancer before it.
 * @typedef {object} Server
 * @property {string} host
 * @property {number} port
 * @property {() => readonly number[]} pids its processes just now; throws when it has ended
 */

/**
 * Waits until a process serves a port; throws with the last line it printed when it ends before or takes too long.
 * @param {Member} member
 * @param {'tcp' | 'udp'} protocol
 * @param {{ host: string, port: number }} endpoint
 * @returns {Promise<Server>}
 */
export async function serving(member, protocol, { host, port }) {
  const deadline = performance.now() + READY_MILLIS
  while (performance.now() < deadline && member.running()) {
    if (isBound(member.pid, protocol, port)) return { host, port, pids: member.pids }
    await sleep(POLL_MILLIS)
  }
  throw new Error(lastLine(member) ?? `${member.name} does not serve ${protocol} port ${port}`)
}

/**
 * Looks into the tables of the network the process lives in: no connection needed, from whatever network.
 * @param {number} pid
 * @param {'tcp' | 'udp'} protocol
 * @param {number} port
 */
function isBound(pid, protocol, port) {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const state = protocol === 'tcp' ? TCP_LISTEN : UDP_UNCONNECTED
  return [protocol, `${protocol}6`]
    .flatMap(table => rows(`/proc/${pid}/net/${table}`))
    .some(row => {
      const [, local = '', , found] = row.trim().split(/\s+/)
      return found === state && local.endsWith(suffix)
    })
}

/** @param {string} file */
function rows(file) {
  try {
    return readFileSync(file, 'utf8').split('\n')
  } catch {
    // The process has ended, or the machine has no IPv6.
    return []
  }
}
