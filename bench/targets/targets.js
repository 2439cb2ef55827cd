import { openDirect } from './direct.js'
import { evenkeel } from './evenkeel.js'
import { openHaproxy } from './haproxy.js'
import { openNginxStream } from './nginx-stream.js'

/** @import { Crew } from '../lib/crew.js' */
/** @import { Server } from '../lib/ports.js' */
/** @import { Programs } from '../lib/programs.js' */
/** @import { Wishes } from '../lib/arguments.js' */

/**
 * What the load may go through on its way to the backend. An open one without processes is no balancer.
 * @typedef {object} TargetKind
 * @property {string} name
 * @property {readonly Protocol[]} protocols
 * @property {(crew: Crew, protocol: Protocol, backendPort: number) => Promise<Server>} open
 */

/** @typedef {'tcp' | 'udp'} Protocol */

/** The name of the target all others are compared with. */
export const OURS = 'evenkeel'

/**
 * The targets to measure here, in their order.
 * @param {Programs} programs
 * @param {Wishes} wishes
 * @returns {readonly TargetKind[]}
 */
export function chooseTargets({ haproxy, nginx }, wishes) {
  /** @type {TargetKind[]} */
  const kinds = [
    { name: 'direct', protocols: ['tcp', 'udp'], open: openDirect },
    evenkeel(OURS, { root: undefined, flags: wishes.flags, node: [wishes.node, ...wishes.nodeFlags] }),
  ]
  if (wishes.against !== undefined) {
    kinds.push(evenkeel('against', { root: wishes.against, flags: [], node: [wishes.node] }))
  }
  if (haproxy !== undefined) {
    const { path } = haproxy
    kinds.push({
      name: 'haproxy',
      protocols: ['tcp'],
      open: (crew, _protocol, backendPort) => openHaproxy(crew, path, backendPort),
    })
  }
  if (nginx?.stream !== undefined) {
    const { path, stream } = nginx
    kinds.push({
      name: 'nginx',
      protocols: ['tcp', 'udp'],
      open: (crew, protocol, backendPort) => openNginxStream(crew, { path, stream }, protocol, backendPort),
    })
  }
  const unknown = wishes.targets.filter(name => !kinds.some(kind => kind.name === name))
  if (unknown.length > 0) {
    const names = kinds.map(kind => kind.name).join(', ')
    throw new Error(`--targets ${unknown.join(',')}: not known or not installed; here are ${names}`)
  }
  return wishes.targets.length === 0 ? kinds : kinds.filter(kind => wishes.targets.includes(kind.name))
}
