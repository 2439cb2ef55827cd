import type { Command } from 'commander'
import type { AdminClient } from '../admin-client/admin-client.js'
import { reconnecting } from '../admin-client/reconnect.js'
import type { JournalEntry } from '../api/views.js'
import type { Millis } from '../clock.js'
import { ConfigError } from '../config/config-error.js'
import { parseDuration } from '../config/duration.js'
import type { Output, Surroundings } from './actions.js'
import { addAdminOptions, openClient } from './admin-options.js'
import { errorLine } from './error-line.js'
import { eventLine } from './event-line.js'
import { paint } from './styled.js'

const EXAMPLES = `
Examples:
  evenkeel events --since 1h
  evenkeel events --follow
  evenkeel events --since 2026-11-23T08:00Z --json | jq 'select(.event == "backend-state")'
`

/** How many are shown when nobody said since when. */
const LAST = 20
/** As many as a process remembers. */
const ALL = 10_000
/** From the end of a connection to the next try. */
const PAUSE: Millis = 1000

/** Adds `events`: what a running process remembers, and on request what happens from then on. */
export function addEventsCommand(program: Command, output: Output, surroundings: Surroundings): void {
  const command = program
    .command('events')
    .summary('show what happened to a running process, and what happens')
    .description(
      `Shows the last ${LAST} events of a running process, or those since a time: transitions, changes by operators, warnings.`,
    )
    .option('-f, --follow', 'go on with what happens from then on, until Ctrl-C')
    .option('--since <time>', 'how long ago (1h, 30m), or an ISO time')
    .option('--json', 'one JSON object per line, as in the log')
  addAdminOptions(command, { changes: false })
    .addHelpText('after', EXAMPLES)
    .action(async () => {
      const { follow = false, since, json = false } = command.opts<Flags>()
      const client = openClient(command, surroundings)
      const print = (entry: JournalEntry): void => {
        const { color, wallTime } = surroundings
        const line = json ? JSON.stringify(entry) : paint(eventLine(entry, wallTime()), color)
        output.stdout(`${line}\n`)
      }
      const signal = follow ? surroundings.untilStopped() : undefined
      const past = await client.journal(
        since === undefined ? { limit: LAST } : { since: readSince(since), limit: ALL },
      )
      for (const entry of past) print(entry)
      if (signal === undefined) return
      const tell = (line: string): void => output.stderr(errorLine(line))
      await followEvents(client, past.at(-1)?.id, { print, tell, signal, clock: surroundings.clock })
    })
}

interface Flags {
  readonly follow?: boolean
  readonly since?: string
  readonly json?: boolean
}

interface Follower {
  print(entry: JournalEntry): void
  /** Told when a connection is lost, once until the next event. */
  tell(line: string): void
  readonly signal: AbortSignal
  readonly clock: Surroundings['clock']
}

/** Prints the events after `last` as they come, across lost connections, until the signal is aborted. */
async function followEvents(client: AdminClient, last: number | undefined, to: Follower): Promise<void> {
  const { signal, clock } = to
  let after = last
  let wasTold = false
  for await (const followed of reconnecting(() => client.events(after, signal), {
    clock,
    signal,
    pause: PAUSE,
  })) {
    if (followed.kind === 'message') {
      after = followed.message.id
      wasTold = false
      to.print(followed.message)
    } else if (!wasTold) {
      wasTold = true
      to.tell(`${followed.error.message}: trying again`)
    }
  }
}

/** The time as the API takes it: a duration stays, any other time becomes ISO 8601 in UTC. */
function readSince(text: string): string {
  if (/^\d+(\.\d+)?[a-z]+$/.test(text) || text === '0') {
    parseDuration('--since', text, 0)
    return text
  }
  const time = /^\d{4}-\d\d/.test(text) ? Date.parse(text) : Number.NaN
  if (!Number.isNaN(time)) return new Date(time).toISOString()
  throw new ConfigError(
    '--since',
    text,
    'neither a duration such as 1h nor an ISO time such as 2026-11-23T08:00Z',
  )
}
