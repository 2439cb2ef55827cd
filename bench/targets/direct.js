/** @import { Crew } from '../lib/crew.js' */
/** @import { Protocol, Target } from './targets.js' */

/**
 * No balancer at all: the ceiling of the load generator and the backend together.
 * @param {Crew} _crew
 * @param {Protocol} _protocol
 * @param {number} backendPort
 * @returns {Promise<Target>}
 */
export function openDirect(_crew, _protocol, backendPort) {
  return Promise.resolve({ port: backendPort, pids: () => [] })
}
