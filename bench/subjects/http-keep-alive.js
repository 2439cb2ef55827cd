import { openHttpBackend } from '../backends/backends.js'
import { ownGenerator, wrkGenerator } from '../load/generators.js'
import { runLoad } from './load-subject.js'

/** @import { Subject } from './subjects.js' */

const CONNECTIONS = 64

/**
 * Established connections: what moving bytes costs.
 * @type {Subject}
 */
export const httpKeepAlive = {
  name: 'http-keep-alive',
  title: `HTTP, ${CONNECTIONS} keep-alive connections, one request under way on each`,
  run: context =>
    runLoad(context, {
      protocol: 'tcp',
      unit: 'request',
      connections: CONNECTIONS,
      openBackend: crew => openHttpBackend(crew, context.programs.nginx),
      generators: [ownGenerator('autocannon', 'http-keep-alive.js'), ...wrkGenerator(context.programs.wrk)],
    }),
}
