import { openNamespaces } from './namespaces.js'
import { freePort } from './ports.js'

/** @import { Wishes } from './arguments.js' */
/** @import { Programs } from './programs.js' */

/**
 * Where one of the three parties of a run lives.
 * @typedef {object} Side
 * @property {string} host the address at which the others reach it
 * @property {readonly string[]} prefix the words before a command that run it there, as the same process
 */

/**
 * What joins the parties of a run.
 * @typedef {object} Network
 * @property {'loopback' | 'namespaces'} kind
 * @property {Side} client
 * @property {Side} balancer
 * @property {Side} router where balancing in the kernel is done: the balancer's own side when all are one
 * @property {Side} backends
 * @property {string | undefined} note why it is not what one would expect
 * @property {() => Promise<number>} freePort a port that nobody uses on any side
 * @property {(index: number) => string} backendAddress one of 60,000 further addresses of the backends' side
 * @property {(index: number) => string} clientAddress one of 60,000 further addresses of the client's side
 * @property {() => void} close may be called twice; the processes that live there must have ended
 */

/**
 * Joins client, balancer and backends. Throws an Error for people when the wish cannot be fulfilled.
 * @param {Wishes['net']} wish
 * @param {Programs} programs
 * @returns {Network}
 */
export function openNetwork(wish, { ip, nsenter }) {
  if (wish === 'loopback') return loopback(undefined)
  const isRoot = process.getuid?.() === 0
  if (!isRoot || ip === undefined || nsenter === undefined) {
    const reason = isRoot ? 'ip or nsenter is not installed' : 'not run as root'
    if (wish === 'namespaces') throw new Error(`--net namespaces: ${reason}`)
    return loopback(reason)
  }
  try {
    return openNamespaces({ ip: ip.path, nsenter: nsenter.path })
  } catch (error) {
    if (wish === 'namespaces') throw error
    return loopback(error instanceof Error ? (error.message.split('\n')[1] ?? error.message) : String(error))
  }
}

/**
 * @param {string | undefined} note
 * @returns {Network}
 */
function loopback(note) {
  const side = { host: '127.0.0.1', prefix: [] }
  return {
    kind: 'loopback',
    client: side,
    balancer: side,
    router: side,
    backends: side,
    note,
    freePort,
    backendAddress: index => `127.90.${Math.floor(index / 250)}.${(index % 250) + 1}`,
    clientAddress: index => `127.91.${Math.floor(index / 250)}.${(index % 250) + 1}`,
    close: () => undefined,
  }
}
