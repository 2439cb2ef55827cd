import { availableParallelism } from 'node:os'
import { postgresBackend } from '../backends/postgres.js'
import { pgbenchGenerator } from '../load/pgbench.js'
import { loadPresentation, runLoad } from './load-subject.js'

/** @import { Subject } from './subjects.js' */

const CONNECTIONS = 16

/**
 * A real database: what is left of the balancer's cost beside the work of the backend.
 * @type {Subject}
 */
export const pgbenchSelect = {
  name: 'pgbench-select',
  title: `PostgreSQL, pgbench -S -c ${CONNECTIONS}`,
  run: async context => {
    const { initdb, postgres, pgbench } = context.programs
    if (initdb === undefined || postgres === undefined || pgbench === undefined) {
      throw new Error('initdb, postgres or pgbench is not installed')
    }
    return runLoad(context, {
      protocol: 'tcp',
      connections: CONNECTIONS,
      backendThreads: availableParallelism(),
      openBackend: postgresBackend({ initdb, postgres, pgbench }),
      generators: [pgbenchGenerator(pgbench)],
    })
  },
  presentation: loadPresentation('transaction'),
}
