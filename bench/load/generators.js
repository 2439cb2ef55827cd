import { once } from 'node:events'
import { cpuMicros, endedChildrenCpuMicros } from '../lib/proc.js'

/** @import { Crew, Member } from '../lib/crew.js' */
/** @import { Network } from '../lib/network.js' */

/**
 * @typedef {object} LoadOptions
 * @property {string} host
 * @property {number} port
 * @property {number} connections
 * @property {number} seconds
 */

/**
 * What a load saw.
 * @typedef {object} Load
 * @property {number} count of units that went well
 * @property {number} seconds they took together
 * @property {number} p50 milliseconds; NaN where there is no such thing
 * @property {number} p99 milliseconds
 * @property {number} errors
 */

/**
 * A source of load, in a process of its own.
 * @typedef {object} Generator
 * @property {string} name
 * @property {() => number} cpuMicros that it has used so far
 * @property {(options: LoadOptions) => Promise<Load>} run
 */

/** @typedef {(place: { crew: Crew, network: Network }) => Promise<Generator>} OpenGenerator */

/**
 * The generator in one of the modules here.
 * @param {string} name
 * @param {string} module
 * @param {object} [further] options of that module
 * @returns {OpenGenerator}
 */
export function ownGenerator(name, module, further = {}) {
  return async ({ crew, network }) => {
    const member = await openLoad(crew, network, module)
    return {
      name,
      cpuMicros: () => cpuMicros([member.pid]),
      run: async options => /** @type {Load} */ (await ask(member, { ...options, ...further })),
    }
  }
}

/**
 * A program that is started for each measurement, so its CPU is that of an ended child.
 * @param {string} name
 * @param {(place: { crew: Crew, network: Network }) => Generator['run']} open
 * @returns {OpenGenerator}
 */
export function programGenerator(name, open) {
  return place => Promise.resolve({ name, cpuMicros: endedChildrenCpuMicros, run: open(place) })
}

/**
 * Starts one of the modules here on the client's side and waits until it takes messages.
 * @param {Crew} crew
 * @param {Network} network
 * @param {string} module
 * @param {string} [node] the Node.js that runs it
 */
export async function openLoad(crew, network, module, node) {
  const member = crew.fork(network.client, new URL(module, import.meta.url), node)
  await answer(member)
  return member
}

/**
 * Asks a module for its one thing and waits for the result.
 * @param {Member} member
 * @param {object} options
 */
export async function ask(member, options) {
  const result = answer(member)
  member.child.send(options)
  return result
}

/**
 * @param {Member} member
 * @returns {Promise<unknown>}
 */
async function answer(member) {
  const gone = member.ended.then(() => {
    throw new Error(`${member.name} ended: ${member.output()}`)
  })
  const [message] = await Promise.race([once(member.child, 'message'), gone])
  if ('error' in message) throw new Error(message.error)
  return message.result
}
