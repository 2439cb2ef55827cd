import type { Feed, OpenFeed } from './feed.js'
import { journalFeed } from './journal-feed.js'
import type { LiveViews } from './live-views.js'
import type { JournalSource } from './source.js'

/**
 * The services and the entries of the journal after `id`, in turns, so that neither keeps the other from a slow reader.
 * Of the views only the latest is ever sent.
 *
 * @param id as for {@link journalFeed}
 */
export function liveFeed(
  views: Pick<LiveViews, 'latest' | 'subscribe'>,
  journal: JournalSource,
  id: number | undefined,
): OpenFeed {
  return wake => {
    const entries = journalFeed(journal, id, () => 'entry')(wake)
    const unsubscribe = views.subscribe(wake)
    let shown: Uint8Array | undefined
    let viewFirst = false
    const view = (): Uint8Array | undefined => {
      if (views.latest === shown) return undefined
      return (shown = views.latest)
    }
    const next = (): Uint8Array | undefined => {
      viewFirst = !viewFirst
      return viewFirst ? (view() ?? entries.next()) : (entries.next() ?? view())
    }
    const close = (): void => {
      entries.close()
      unsubscribe()
    }
    return { next, close } satisfies Feed
  }
}
