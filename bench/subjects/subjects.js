import { bulk, bulk16 } from './bulk.js'
import { evenness } from './evenness.js'
import { halfLoad } from './half-load.js'
import { httpConnections } from './http-connections.js'
import { httpKeepAlive, httpKeepAlive1, httpKeepAlive1000 } from './http-keep-alive.js'
import { idleMemory } from './idle-memory.js'
import { kernelFlows } from './kernel-flows.js'
import { pgbenchSelect } from './pgbench-select.js'
import { pickCost } from './pick-cost.js'
import { probeScheduler } from './probe-scheduler.js'
import { redisPipelined } from './redis-pipelined.js'
import { startUp } from './start-up.js'
import { udpRoundTrips, udpRoundTrips2000 } from './udp-round-trips.js'

/** @import { Wishes } from '../lib/arguments.js' */
/** @import { Crew } from '../lib/crew.js' */
/** @import { Network } from '../lib/network.js' */
/** @import { Programs } from '../lib/programs.js' */
/** @import { Presentation, Row } from '../lib/rows.js' */
/** @import { TargetKind } from '../targets/targets.js' */

/**
 * What a subject has to work with. The crew is stopped when the subject is done.
 * @typedef {object} Context
 * @property {Crew} crew
 * @property {Network} network
 * @property {Programs} programs
 * @property {Wishes} wishes
 * @property {readonly TargetKind[]} kinds
 * @property {number} rounds
 * @property {number} seconds
 * @property {(line: string) => void} progress
 * @property {(target: string, error: unknown) => void} leaveOut tells that a target could not be measured
 */

/**
 * @typedef {object} Figures
 * @property {readonly Row[]} rows
 * @property {readonly string[]} notes lines that the table needs beside it
 */

/**
 * One question and how it is measured.
 * @typedef {object} Subject
 * @property {string} name
 * @property {string} title
 * @property {boolean} [singleThread] whether further threads of a target could change nothing; left out then unless named
 * @property {(context: Context) => Promise<Figures>} run throws an Error for people when the machine lacks something
 * @property {Presentation} presentation
 */

/** @type {readonly Subject[]} */
export const subjects = [
  httpKeepAlive,
  httpKeepAlive1,
  httpKeepAlive1000,
  httpConnections,
  halfLoad,
  bulk,
  bulk16,
  udpRoundTrips,
  udpRoundTrips2000,
  redisPipelined,
  pgbenchSelect,
  idleMemory,
  kernelFlows,
  evenness,
  pickCost,
  startUp,
  probeScheduler,
]

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
