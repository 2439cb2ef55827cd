import process from 'node:process'
import { inspect } from 'node:util'
import { parentPort, workerData } from 'node:worker_threads'
import { systemClock, systemRandom, type Millis } from '../../../clock.js'
import { BindError } from '../../datapath.js'
import { DataThread } from '../data-thread.js'
import type { Bound } from '../listeners.js'
import type { FromThread, Preparation, ThreadSetup, ToThread } from './messages.js'
import { Outbox } from './outbox.js'
import { CountsOfThread } from './shared-counts.js'

// The entry of a data thread. It ends when the main thread says so, or with the first error that nobody caught.

/** How long a thread that failed may take to reset its sessions. */
const LAST_WILL: Millis = 100

const port = parentPort
if (port === null) throw new Error('this is the entry of a data thread')
const setup = workerData as ThreadSetup
const outbox = new Outbox(told => tell({ kind: 'told', told }))
const counts = new CountsOfThread(setup)
const thread = new DataThread(
  {
    clock: systemClock,
    random: systemRandom,
    observer: outbox,
    terms: setup.terms,
    passive: (service, backend, seen) => outbox.passive(service, backend, seen),
  },
  counts,
)
/** Set by the first error that nobody caught. */
let lastWill: (() => void) | undefined

process.on('uncaughtException', fail)
port.on('message', (message: ToThread) => void obey(message))
for (const published of setup.published) publish(published)
await prepare(setup, undefined, bound => {
  thread.commit(setup.terms)
  tell({ kind: 'bound', ...bound })
})

async function obey(message: ToThread): Promise<void> {
  switch (message.kind) {
    case 'publish':
      return publish(message)
    case 'prepare':
      return prepare(message, message.id, bound => tell({ kind: 'prepared', id: message.id, ...bound }))
    case 'commit':
      thread.commit(message.terms)
      return tell({ kind: 'committed' })
    case 'rollback':
      return thread.rollback()
    case 'forget':
      counts.forget(message.service)
      return thread.forget(message.service)
    case 'explain': {
      const { id, service, client } = message
      return tell({ kind: 'explained', id, explanation: thread.explain(service, client) })
    }
    case 'stats':
      return tell({ kind: 'stats', stats: await thread.stats() })
    case 'rebind-udp':
      return thread.rebindUdp()
    case 'close':
      thread.close()
      return tell({ kind: 'closed' })
    case 'stop':
      await thread.stop(message.grace)
      outbox.flush()
      return tell({ kind: 'stopped', stats: await thread.stats() })
    case 'abort':
      return thread.abort('shutdown')
  }
}

async function prepare(
  { services, sharing, ports, ...numbers }: Preparation,
  id: number | undefined,
  done: (bound: Bound) => void,
): Promise<void> {
  counts.place(numbers)
  let bound: Bound
  try {
    bound = await thread.prepare(services, sharing, ports)
  } catch (error) {
    if (!(error instanceof BindError)) throw error
    return tell({ kind: 'not-bound', id, listener: error.listener, code: error.code })
  }
  done(bound)
}

function publish({ service, snapshot, counts: numbers }: ThreadSetup['published'][number]): void {
  counts.learn(service, snapshot, numbers)
  thread.publish(service, snapshot)
}

/**
 * A cut stream must not look like a clean end, which the kernel would make of it once this thread is gone. What a bug
 * left may fail again while it is closed: the first error is the one that is told.
 */
function fail(error: unknown): void {
  if (lastWill !== undefined) return lastWill()
  const sessions = thread.occupied
  lastWill = () => {
    outbox.flush()
    tell({ kind: 'failed', error: inspect(error), sessions, counted: thread.counted() })
    process.exit(1)
  }
  systemClock.after(LAST_WILL, lastWill)
  thread.fail().then(lastWill, lastWill)
}

function tell(message: FromThread): void {
  port?.postMessage(message)
}
