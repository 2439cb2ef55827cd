import type { JournalEntry } from '../../api/views.js'

/** How many entries are kept. */
const KEPT = 500

/** The entries with more of them, newest first, each once, and no more than are kept. */
export function withEntries(
  known: readonly JournalEntry[],
  more: readonly JournalEntry[],
): readonly JournalEntry[] {
  if (more.length === 0) return known
  const byId = new Map([...known, ...more].map(entry => [entry.id, entry]))
  return [...byId.values()].sort((a, b) => b.id - a.id).slice(0, KEPT)
}

/** How much an entry matters to who looks: bad news, good news, what somebody did, or the rest. */
export type Weightiness = 'bad' | 'warning' | 'good' | 'action' | 'plain'

/** How much an entry matters. */
export function weightOf(entry: JournalEntry): Weightiness {
  if (entry.event === 'admin' || entry.event === 'config-reloaded') return 'action'
  if (entry.event === 'backend-state' && entry['to'] === 'up') return 'good'
  if (entry.event === 'failover' && entry['to'] === 'primary') return 'good'
  if (entry.event === 'backend-state' && entry['to'] === 'down') return 'bad'
  if (entry.level === 'error' || entry.level === 'fatal') return 'bad'
  return entry.level === 'warn' ? 'warning' : 'plain'
}

/** The service an entry is about; undefined = the whole process. */
export function serviceOf(entry: JournalEntry): string | undefined {
  const service = entry['service']
  return typeof service === 'string' ? service : undefined
}

/** The cause of a transition, when there is one. */
export function causeOf(entry: JournalEntry): string | undefined {
  const cause = entry['cause']
  return typeof cause === 'string' ? cause : undefined
}

/** When a backend of the service left, in milliseconds since 1970. */
export function departures(entries: readonly JournalEntry[], service: string): readonly number[] {
  return entries
    .filter(
      entry => entry.event === 'backend-state' && entry['to'] === 'down' && serviceOf(entry) === service,
    )
    .map(({ time }) => Date.parse(time))
}

/** What is said aloud of entries that came together: the latest in words, the others by number. */
export function announcement(entries: readonly JournalEntry[]): string {
  const told = entries.filter(entry => weightOf(entry) !== 'plain')
  const [latest] = withEntries([], told)
  if (latest === undefined) return ''
  const service = serviceOf(latest)
  const more = told.length - 1
  const rest = more === 0 ? '' : `. ${more} more ${more === 1 ? 'event' : 'events'}`
  return `${service === undefined ? '' : `${service}: `}${latest.msg}${rest}`
}
