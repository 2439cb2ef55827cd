/** @import { Crew } from '../lib/crew.js' */
/** @import { Server } from '../lib/ports.js' */
/** @import { Protocol } from './targets.js' */

/**
 * No balancer at all: the ceiling of the load generator and the backend together.
 * @param {Crew} _crew
 * @param {Protocol} _protocol
 * @param {number} backendPort
 * @returns {Promise<Server>}
 */
export function openDirect(_crew, _protocol, backendPort) {
  return Promise.resolve({ port: backendPort, pids: () => [] })
}
