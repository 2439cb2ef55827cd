import type { Answer } from './answer.js'
import type { OpenFeed } from './feed.js'
import type { LiveViews } from './live-views.js'
import type { AdminSource } from './source.js'

/** What routes answer from. */
export interface Served {
  readonly source: AdminSource
  readonly live: Pick<LiveViews, 'latest' | 'subscribe'>
  /** What is at `/`. */
  readonly page: () => Promise<Answer>
  /** Wall-clock milliseconds since 1970. */
  readonly wallTime: () => number
}

/** A request as far as its route looks at it. */
export interface Call {
  /** The decoded segments of the path that the route leaves open. */
  readonly parameters: readonly string[]
  readonly query: URLSearchParams
  /** The header Last-Event-ID. */
  readonly lastEventId: string | undefined
  readonly body: Uint8Array
}

/** What a route answers with: all of it, or a stream of events. */
export type Reply = Answer | { readonly feed: OpenFeed }

/** Answers a request; rejects only when the source fails. */
export type Respond = (served: Served, call: Call) => Reply | Promise<Reply>
