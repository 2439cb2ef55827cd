import type { LiveView, ServiceView } from '../../api/views.js'
import type { Clock, Millis, Timer } from '../../clock.js'
import { eventMessage } from './feed.js'
import type { JournalSource } from './source.js'

/** What live views are made of; none of it is their own. */
export interface LiveTools {
  readonly services: () => Promise<readonly ServiceView[]>
  readonly journal: Pick<JournalSource, 'subscribe'>
  readonly clock: Clock
  /** Wall-clock milliseconds since 1970. */
  readonly wallTime: () => number
  /** Told when views cannot be made, once until they can be made again. */
  readonly failed: (error: unknown) => void
}

/** From one view to the next while nothing happens. */
const STEP: Millis = 1000
/** How long a view waits for more events after one; with what it takes to make it this stays below 100 ms. */
const GATHER: Millis = 50

/** The views of the live stream, made and serialised once for all readers, and only while there is one. */
export class LiveViews {
  readonly #tools: LiveTools
  readonly #readers = new Set<() => void>()
  #latest: Uint8Array | undefined
  #next: { readonly due: Millis; readonly timer: Timer } | undefined
  #unsubscribe: () => void = () => undefined
  #making = false
  #failing = false

  constructor(tools: LiveTools) {
    this.#tools = tools
  }

  /** The latest view as a message; another object for each view. undefined before the first. */
  get latest(): Uint8Array | undefined {
    return this.#latest
  }

  /** Calls `wake` after each new view until the returned function is called. */
  subscribe(wake: () => void): () => void {
    // A function of its own, since the same one may come twice.
    const reader = (): void => wake()
    this.#readers.add(reader)
    if (this.#readers.size === 1) this.#start()
    return () => {
      if (this.#readers.delete(reader) && this.#readers.size === 0) this.#stop()
    }
  }

  #start(): void {
    this.#unsubscribe = this.#tools.journal.subscribe(() => this.#plan(GATHER))
    this.#plan(0)
  }

  #stop(): void {
    this.#unsubscribe()
    this.#next?.timer.cancel()
    this.#next = undefined
    this.#latest = undefined
  }

  /** Has a view made within `delay`. */
  #plan(delay: Millis): void {
    const { clock } = this.#tools
    const due = clock.now() + delay
    if (this.#next !== undefined && this.#next.due <= due) return
    this.#next?.timer.cancel()
    this.#next = { due, timer: clock.after(delay, () => this.#make()) }
  }

  #make(): void {
    this.#next = undefined
    // What was begun before an event may not show it.
    if (this.#making) return this.#plan(GATHER)
    this.#plan(STEP)
    this.#making = true
    this.#tools.services().then(
      services => {
        this.#making = false
        this.#failing = false
        if (this.#readers.size > 0) this.#show(services)
      },
      (error: unknown) => {
        this.#making = false
        if (!this.#failing) this.#tools.failed(error)
        this.#failing = true
      },
    )
  }

  #show(services: readonly ServiceView[]): void {
    const view: LiveView = { at: new Date(this.#tools.wallTime()).toISOString(), services }
    this.#latest = Buffer.from(eventMessage('services', view))
    for (const wake of this.#readers) wake()
  }
}
