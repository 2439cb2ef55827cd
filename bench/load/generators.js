import { once } from 'node:events'
import { cpuMicros } from '../lib/proc.js'
import { openWrk } from './wrk.js'

/** @import { Crew, Member } from '../lib/crew.js' */
/** @import { Program } from '../lib/programs.js' */

/**
 * @typedef {object} LoadOptions
 * @property {number} port
 * @property {number} connections
 * @property {number} seconds
 */

/**
 * What a load saw.
 * @typedef {object} Load
 * @property {number} count of round trips that went well
 * @property {number} seconds they took together
 * @property {number} p50 milliseconds
 * @property {number} p99 milliseconds
 * @property {number} errors
 */

/**
 * A running source of load, in a process of its own.
 * @typedef {object} Generator
 * @property {string} name
 * @property {() => number} cpuMicros that it has used so far
 * @property {(options: LoadOptions) => Promise<Load>} run
 */

/** @typedef {(crew: Crew) => Promise<Generator>} OpenGenerator */

/**
 * The generator in one of the modules here.
 * @param {string} name
 * @param {string} module
 * @returns {OpenGenerator}
 */
export function ownGenerator(name, module) {
  return async crew => {
    const member = await openLoad(crew, module)
    return {
      name,
      cpuMicros: () => cpuMicros([member.pid]),
      run: async options => /** @type {Load} */ (await ask(member, options)),
    }
  }
}

/**
 * wrk where it is installed, nothing elsewhere.
 * @param {Program | undefined} wrk
 * @param {readonly string[]} [headers]
 * @returns {OpenGenerator[]}
 */
export function wrkGenerator(wrk, headers = []) {
  return wrk === undefined ? [] : [crew => Promise.resolve(openWrk(crew, wrk.path, headers))]
}

/**
 * Starts one of the modules here and waits until it takes messages.
 * @param {Crew} crew
 * @param {string} module
 */
export async function openLoad(crew, module) {
  const member = crew.fork(new URL(module, import.meta.url))
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
    throw new Error(`${member.child.spawnargs.at(-1)} ended: ${member.output()}`)
  })
  const [message] = await Promise.race([once(member.child, 'message'), gone])
  if ('error' in message) throw new Error(message.error)
  return message.result
}
