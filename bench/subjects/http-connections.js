import { httpBackend } from '../backends/backends.js'
import { ownGenerator } from '../load/generators.js'
import { wrkGenerator } from '../load/wrk.js'
import { loadPresentation, runLoad } from './load-subject.js'

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
      connections: CONNECTIONS,
      openBackend: httpBackend(context.programs),
      generators: [
        ownGenerator('node', 'http-connections.js'),
        ...wrkGenerator(context.programs.wrk, ['Connection: close']),
      ],
    }),
  presentation: loadPresentation('connection'),
}
