import { httpBackend } from '../backends/backends.js'
import { ownGenerator } from '../load/generators.js'
import { wrkGenerator } from '../load/wrk.js'
import { loadPresentation, runLoad } from './load-subject.js'

/** @import { Subject } from './subjects.js' */

/** Established connections: what moving bytes costs. */
export const httpKeepAlive = keepAlive(64, {
  name: 'http-keep-alive',
  title: 'HTTP, 64 keep-alive connections, one request under way on each',
})

/** One connection: what the way through the balancer adds to an answer. */
export const httpKeepAlive1 = keepAlive(1, {
  name: 'http-keep-alive-1',
  title: 'HTTP, one keep-alive connection, one request under way',
  singleThread: true,
})

/** Many connections: whether their number changes what a request costs. */
export const httpKeepAlive1000 = keepAlive(1_000, {
  name: 'http-keep-alive-1000',
  title: 'HTTP, 1,000 keep-alive connections, one request under way on each',
})

/**
 * @param {number} connections
 * @param {Pick<Subject, 'name' | 'title' | 'singleThread'>} named
 * @returns {Subject}
 */
function keepAlive(connections, named) {
  return {
    ...named,
    run: context =>
      runLoad(context, {
        protocol: 'tcp',
        connections,
        openBackend: httpBackend(context.programs),
        generators: [ownGenerator('autocannon', 'http-keep-alive.js'), ...wrkGenerator(context.programs.wrk)],
      }),
    presentation: loadPresentation('request'),
  }
}
