import { problem } from './answer.js'
import type { Answer } from './answer.js'
import { journalFeed } from './journal-feed.js'
import { liveFeed } from './live-feed.js'
import { readCount } from './query.js'
import type { Call, Respond } from './reply.js'

/** `GET events`: the journal after Last-Event-ID or `?after=`, and what is new. */
export const events: Respond = ({ source: { journal } }, call) => {
  const after = readAfter(call)
  return 'status' in after ? after : { feed: journalFeed(journal, after.id, ({ event }) => event) }
}

/** `GET live`: the services again and again, and the entries of the journal as `events` has them. */
export const live: Respond = ({ source: { journal }, live }, call) => {
  const after = readAfter(call)
  return 'status' in after ? after : { feed: liveFeed(live, journal, after.id) }
}

/** The id after which a client wants to go on; undefined = it wants only what is new. */
function readAfter({ lastEventId, query }: Call): { readonly id: number | undefined } | Answer {
  // What a browser adds when it comes back is newer than the address it was first given.
  const [path, given] =
    lastEventId === undefined ? ['after', query.get('after')] : ['Last-Event-ID', lastEventId]
  if (given === null) return { id: undefined }
  const id = readCount(given, 0, Number.MAX_SAFE_INTEGER)
  if (id !== undefined) return { id }
  return problem(422, `${path} ${JSON.stringify(given)}: not the id of an event`, { path })
}
