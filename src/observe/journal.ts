import type { JournalEntry } from '../api/views.js'
import type { Observer } from '../core/observer.js'
import { recorder, type EventRecord } from './records.js'

export interface JournalOptions {
  /** Wall-clock milliseconds since 1970. */
  readonly wallTime: () => number
  /** Told of an error of a listener, which keeps neither the others nor the event from being told. */
  readonly listenerFailed: (error: unknown) => void
  /** What an earlier run remembered, with rising ids, which go on from the last of them. */
  readonly before?: readonly JournalEntry[]
  /** Entries that are remembered. */
  readonly most?: number
}

const MOST = 10_000

/** The last events, all but sessions, refusals and probes, of which there may be any number. */
export class Journal {
  /** Takes the facts. */
  readonly observer: Partial<Observer>
  readonly #options: JournalOptions
  readonly #most: number
  /** Each at the place of its id: the newest takes the place of the oldest. */
  readonly #ring: JournalEntry[] = []
  readonly #listeners = new Set<(entry: JournalEntry) => void>()
  #lastId = 0

  constructor(options: JournalOptions) {
    this.#options = options
    this.#most = options.most ?? MOST
    const {
      session: _session,
      refused: _refused,
      probe: _probe,
      ...kept
    } = recorder(record => this.#tell(record))
    this.observer = kept
    for (const entry of options.before?.slice(-this.#most) ?? []) this.#keep(entry)
  }

  /** The id of the last entry; 0 before the first. */
  get lastId(): number {
    return this.#lastId
  }

  /** The remembered entries with a higher id, oldest first; `most` = no more than this many of them. */
  after(id: number, most = Infinity): readonly JournalEntry[] {
    const entries: JournalEntry[] = []
    const first = Math.max(id, this.#lastId - this.#most) + 1
    for (let next = first; next <= this.#lastId && entries.length < most; next++) {
      const entry = this.#ring[next % this.#most]
      // Those of an earlier run may have gaps.
      if (entry?.id === next) entries.push(entry)
    }
    return entries
  }

  /** The remembered entries from this time on (milliseconds since 1970), oldest first. */
  since(time: number): readonly JournalEntry[] {
    return this.after(0).filter(entry => Date.parse(entry.time) >= time)
  }

  /** Calls `listener` with each entry to come, until the returned function is called. */
  subscribe(listener: (entry: JournalEntry) => void): () => void {
    const own = (entry: JournalEntry): void => listener(entry)
    this.#listeners.add(own)
    return () => void this.#listeners.delete(own)
  }

  #tell({ level, event, fields, message }: EventRecord): void {
    const time = new Date(this.#options.wallTime()).toISOString()
    const own = { id: this.#lastId + 1, time, level, event, msg: message }
    // Its own come first, and no field can take their place.
    const entry: JournalEntry = { ...own, ...fields, ...own }
    this.#keep(entry)
    for (const listener of this.#listeners) {
      try {
        listener(entry)
      } catch (error) {
        this.#options.listenerFailed(error)
      }
    }
  }

  #keep(entry: JournalEntry): void {
    this.#lastId = entry.id
    this.#ring[entry.id % this.#most] = entry
  }
}
