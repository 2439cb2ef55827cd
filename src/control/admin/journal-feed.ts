import type { JournalEntry } from '../../api/views.js'
import type { Feed, OpenFeed } from './feed.js'
import { eventMessage } from './feed.js'
import type { JournalSource } from './source.js'

/** Entries that are put into one message at most, so that a long journal is never in memory twice. */
const BATCH = 100

/**
 * The entries of the journal after `id`, and then each new one. The journal is the only queue: a reader that is slow
 * finds there what it has not had yet, as long as that is remembered.
 *
 * @param id of the last entry that is not wanted; undefined = only new ones. One that the journal has not reached
 * stems from an earlier run: then everything there is comes
 * @param name the SSE event of an entry
 */
export function journalFeed(
  journal: JournalSource,
  id: number | undefined,
  name: (entry: JournalEntry) => string,
): OpenFeed {
  return wake => {
    const { lastId } = journal
    let cursor = id === undefined ? lastId : id > lastId ? 0 : id
    const unsubscribe = journal.subscribe(wake)
    const next = (): Uint8Array | undefined => {
      if (cursor >= journal.lastId) return undefined
      const entries = journal.after(cursor, BATCH)
      cursor = entries.at(-1)?.id ?? journal.lastId
      if (entries.length === 0) return undefined
      return Buffer.from(entries.map(entry => eventMessage(name(entry), entry, entry.id)).join(''))
    }
    return { next, close: unsubscribe } satisfies Feed
  }
}
