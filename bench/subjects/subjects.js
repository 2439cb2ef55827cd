import { httpConnections } from './http-connections.js'
import { httpKeepAlive } from './http-keep-alive.js'
import { idleMemory } from './idle-memory.js'
import { udpRoundTrips } from './udp-round-trips.js'

/** @import { Crew } from '../lib/crew.js' */
/** @import { Programs } from '../lib/programs.js' */
/** @import { TargetKind } from '../targets/targets.js' */

/**
 * What a subject has to work with. The crew is stopped when the subject is done.
 * @typedef {object} Context
 * @property {Crew} crew
 * @property {Programs} programs
 * @property {readonly TargetKind[]} kinds
 * @property {number} rounds
 * @property {number} seconds
 * @property {(line: string) => void} progress
 */

/**
 * @typedef {object} Report
 * @property {readonly string[]} lines for people
 * @property {unknown} figures for programs: every sample of every round
 */

/**
 * One question and how it is measured.
 * @typedef {object} Subject
 * @property {string} name
 * @property {string} title
 * @property {(context: Context) => Promise<Report>} run
 */

/** @type {readonly Subject[]} */
export const subjects = [httpKeepAlive, httpConnections, udpRoundTrips, idleMemory]

/**
 * The subjects of these names, all when there is none. Throws an Error for people on an unknown one.
 * @param {readonly string[]} names
 */
export function chooseSubjects(names) {
  const known = subjects.map(({ name }) => name)
  const unknown = names.filter(name => !known.includes(name))
  if (unknown.length > 0)
    throw new Error(`${unknown.join(', ')}: no such subject; there are ${known.join(', ')}`)
  return names.length === 0 ? subjects : subjects.filter(({ name }) => names.includes(name))
}
