import { cpuMicros, machineBusyMicros, packetThreads } from './proc.js'

/** @import { Generator } from '../load/generators.js' */
/** @import { Sample } from './rows.js' */
/** @import { Server } from './serving.js' */

const KERNEL = packetThreads()

/**
 * Loads one target once and reads who used how much CPU meanwhile. In the sample: `count` (of units), `rate` (per second), `p50` and `p99`
 * (milliseconds), `errors`, `cpuPerUnit` (microseconds of the balancer), the shares of one core of `balancer`,
 * `generator`, `backend`, `kernel` (its threads for packets) and `others`, and whatever else the load tells. NaN where there is nothing to measure.
 * @param {{ generator: Generator, target: Server, backend: Server, connections: number, seconds: number }} setup
 * @returns {Promise<Sample>}
 */
export async function measure({ generator, target, backend, connections, seconds }) {
  const hasBalancer = target.pids().length > 0
  const read = () => ({
    at: performance.now() * 1000,
    balancer: cpuMicros(target.pids()),
    generator: generator.cpuMicros(),
    backend: cpuMicros(backend.pids()),
    kernel: cpuMicros(KERNEL),
    machine: machineBusyMicros(),
  })
  const before = read()
  const { host, port } = target
  const load = await generator.run({ host, port, connections, seconds })
  const after = read()

  const { count, seconds: took, ...told } = load
  const wall = after.at - before.at
  // Without the time it took to start a program or to end it, which would make a full core look like one with room.
  const span = Math.min(wall, took * 1e6)
  const balancerMicros = after.balancer - before.balancer
  const generatorMicros = after.generator - before.generator
  const backendMicros = after.backend - before.backend
  const kernelMicros = after.kernel - before.kernel
  const ourMicros = balancerMicros + generatorMicros + backendMicros + kernelMicros
  const othersMicros = after.machine - before.machine - ourMicros
  return {
    ...told,
    count,
    rate: count / took,
    cpuPerUnit: hasBalancer ? balancerMicros / count : NaN,
    balancer: hasBalancer ? balancerMicros / span : NaN,
    generator: generatorMicros / span,
    backend: backendMicros / span,
    kernel: kernelMicros / wall,
    others: Math.max(0, othersMicros / wall),
  }
}
