import { openHttpBackend } from '../backends/backends.js'
import { ownGenerator, wrkGenerator } from '../load/generators.js'
import { runLoad } from './load-subject.js'

/** @import { Subject } from './subjects.js' */

const CONNECTIONS = 64

/**
 * A connection per request: what accepting, choosing, dialling and closing cost.
 * @type {Subject}
 */
export const httpConnections = {
  name: 'http-connections',
  title: `HTTP, a new connection for each request, ${CONNECTIONS} at once`,
  run: context =>
    runLoad(context, {
      protocol: 'tcp',
      unit: 'connection',
      connections: CONNECTIONS,
      openBackend: crew => openHttpBackend(crew, context.programs.nginx),
      generators: [
        ownGenerator('node', 'http-connections.js'),
        ...wrkGenerator(context.programs.wrk, ['Connection: close']),
      ],
    }),
}
