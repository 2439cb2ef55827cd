import { cpuMicros, machineBusyMicros } from './proc.js'

/** @import { Generator } from '../load/generators.js' */
/** @import { Server } from './ports.js' */

/**
 * One measurement. Shares are of one core: 1 is a core that never idles; NaN where there is nothing to measure.
 * @typedef {object} Sample
 * @property {number} rate round trips per second
 * @property {number} p50 milliseconds
 * @property {number} p99 milliseconds
 * @property {number} errors
 * @property {number} cpuPerUnit microseconds of the balancer per round trip
 * @property {number} balancer share
 * @property {number} generator share
 * @property {number} backend share
 * @property {number} others share of all that has no part in this
 */

/**
 * Loads one target once and reads who used how much CPU meanwhile.
 * @param {{ generator: Generator, target: Server, backend: Server, connections: number, seconds: number }} setup
 * @returns {Promise<Sample>}
 */
export async function measure({ generator, target, backend, connections, seconds }) {
  const balancerPids = target.pids()
  const backendPids = backend.pids()
  const read = () => ({
    at: performance.now() * 1000,
    balancer: cpuMicros(balancerPids),
    generator: generator.cpuMicros(),
    backend: cpuMicros(backendPids),
    machine: machineBusyMicros(),
  })
  const before = read()
  const load = await generator.run({ port: target.port, connections, seconds })
  const after = read()

  const wall = after.at - before.at
  const balancerMicros = after.balancer - before.balancer
  const hasBalancer = balancerPids.length > 0
  const generatorShare = (after.generator - before.generator) / wall
  const backendShare = (after.backend - before.backend) / wall
  const machineShare = (after.machine - before.machine) / wall
  return {
    rate: load.count / load.seconds,
    p50: load.p50,
    p99: load.p99,
    errors: load.errors,
    cpuPerUnit: hasBalancer ? balancerMicros / load.count : NaN,
    balancer: hasBalancer ? balancerMicros / wall : NaN,
    generator: generatorShare,
    backend: backendShare,
    others: Math.max(0, machineShare - balancerMicros / wall - generatorShare - backendShare),
  }
}
