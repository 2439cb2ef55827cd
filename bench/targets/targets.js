import { serving } from '../lib/serving.js'
import { evenkeel } from './evenkeel.js'
import { launchHaproxy } from './haproxy.js'
import { launchNginxStream } from './nginx-stream.js'

/** @import { Crew, Member } from '../lib/crew.js' */
/** @import { Network } from '../lib/network.js' */
/** @import { Programs } from '../lib/programs.js' */
/** @import { Server } from '../lib/serving.js' */
/** @import { Wishes } from '../lib/arguments.js' */

/** @typedef {'tcp' | 'udp'} Protocol */

/**
 * What a balancer is to do.
 * @typedef {object} Task
 * @property {Crew} crew
 * @property {Network} network
 * @property {Protocol} protocol
 * @property {readonly { readonly host: string, readonly port: number }[]} backends
 * @property {number} [probeSeconds] between two probes of a backend; 2 when left out
 * @property {number} [maxConnections] sessions at once
 * @property {boolean} [logsStart] whether evenkeel writes JSON lines on its start
 */

/**
 * A balancer that was started and may not serve yet.
 * @typedef {object} Launched
 * @property {Member} member
 * @property {string} host
 * @property {number} port
 */

/**
 * What the load may go through on its way to the backend.
 * @typedef {object} TargetKind
 * @property {string} name
 * @property {readonly Protocol[]} protocols
 * @property {number} threads that move data
 * @property {boolean} saysReady whether it can log a JSON line when it is ready
 * @property {((task: Task) => Promise<Launched>) | undefined} launch undefined: no balancer at all
 */

/** The target all others are compared with. */
export const OURS = 'evenkeel'

/** No balancer at all: the ceiling of the load generator and the backend together. */
export const DIRECT = 'direct'

/** evenkeel's data path in the kernel: packets pass no process of its own. */
export const KERNEL = `${OURS}-kernel`

/** All there can be, in the order they are shown. */
export const TARGET_NAMES = [
  ...[DIRECT, OURS, `${OURS}-2`, KERNEL, 'against'],
  ...['haproxy', 'haproxy-2', 'nginx', 'nginx-2'],
]

/**
 * The targets to measure here, in their order.
 * @param {Programs} programs
 * @param {Wishes} wishes
 * @param {boolean} isPossible whether there is a network whose rulesets are ours to change
 * @returns {readonly TargetKind[]}
 */
export function chooseTargets({ haproxy, nginx, nft, conntrack }, wishes, isPossible) {
  const runtime = [wishes.node, ...wishes.nodeFlags]
  /** @type {TargetKind[]} */
  const kinds = [
    { name: DIRECT, protocols: ['tcp', 'udp'], threads: 0, saysReady: false, launch: undefined },
    evenkeel(OURS, { root: undefined, flags: wishes.flags, node: runtime, workers: 1 }),
    evenkeel(`${OURS}-2`, { root: undefined, flags: wishes.flags, node: runtime, workers: 2 }),
  ]
  if (nft !== undefined && conntrack !== undefined && isPossible) {
    const flags = ['--datapath', 'kernel', ...wishes.flags]
    kinds.push(evenkeel(KERNEL, { root: undefined, flags, node: runtime, workers: 1 }))
  }
  if (wishes.against !== undefined) {
    kinds.push(evenkeel('against', { root: wishes.against, flags: [], node: [wishes.node], workers: 1 }))
  }
  if (haproxy !== undefined) {
    for (const threads of [1, 2]) {
      kinds.push({
        name: named('haproxy', threads),
        protocols: ['tcp'],
        threads,
        saysReady: false,
        launch: task => launchHaproxy(task, haproxy.path, threads),
      })
    }
  }
  if (nginx?.stream !== undefined) {
    const { path, stream } = nginx
    for (const threads of [1, 2]) {
      kinds.push({
        name: named('nginx', threads),
        protocols: ['tcp', 'udp'],
        threads,
        saysReady: false,
        launch: task => launchNginxStream(task, { path, stream }, threads),
      })
    }
  }
  const unknown = wishes.targets.filter(name => !kinds.some(kind => kind.name === name))
  if (unknown.length > 0) {
    const names = kinds.map(kind => kind.name).join(', ')
    throw new Error(`--targets ${unknown.join(',')}: not known or not installed; here are ${names}`)
  }
  return wishes.targets.length === 0 ? kinds : kinds.filter(kind => wishes.targets.includes(kind.name))
}

/**
 * Starts a target and waits until it serves. Throws an Error with the target's own words when it does not.
 * @param {TargetKind} kind
 * @param {Task} task
 * @returns {Promise<Server>}
 */
export async function openTarget({ launch }, task) {
  if (launch === undefined) {
    const [backend] = task.backends
    if (backend === undefined) throw new Error('there is no backend')
    return { ...backend, pids: () => [] }
  }
  const launched = await launch(task)
  return serving(launched.member, task.protocol, launched)
}

/**
 * @param {string} name
 * @param {number} threads
 */
function named(name, threads) {
  return threads === 1 ? name : `${name}-${threads}`
}
