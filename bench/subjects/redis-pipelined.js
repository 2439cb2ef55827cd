import { redisBackend } from '../backends/backends.js'
import { redisBenchmarkGenerator } from '../load/redis-benchmark.js'
import { loadPresentation, runLoad } from './load-subject.js'

/** @import { Subject } from './subjects.js' */

const CONNECTIONS = 50

/**
 * Pipelined commands: many small messages in one segment.
 * @type {Subject}
 */
export const redisPipelined = {
  name: 'redis-pipelined',
  title: `Redis, redis-benchmark -t get -P 16 -c ${CONNECTIONS}; a latency is that of 16 commands`,
  run: async context => {
    const { redisServer, redisBenchmark } = context.programs
    if (redisServer === undefined || redisBenchmark === undefined) {
      throw new Error('redis-server or redis-benchmark is not installed')
    }
    return runLoad(context, {
      protocol: 'tcp',
      connections: CONNECTIONS,
      openBackend: redisBackend(redisServer),
      generators: [redisBenchmarkGenerator(redisBenchmark)],
    })
  },
  presentation: loadPresentation('command'),
}
