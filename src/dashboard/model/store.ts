import type { BackendView, HistoryView, JournalEntry, LiveView, ServiceView } from '../../api/views.js'
import type { Clock } from '../../clock.js'
import { History } from './history.js'
import { Pace } from './pace.js'
import { backendRates, type Rates } from './rates.js'
import { shared } from './sharing.js'
import { announcement, withEntries } from './timeline.js'

/** How the stream stands. */
export type Connection = 'connecting' | 'live' | 'lost'

/** All that the page shows at one moment. */
export interface Shown {
  readonly connection: Connection
  /** The server's time of the last word, in milliseconds since 1970; 0 before the first. */
  readonly at: number
  /** undefined = nothing was heard yet. */
  readonly services: readonly ServiceView[] | undefined
  /** By service and backend. */
  readonly rates: ReadonlyMap<string, ReadonlyMap<string, Rates>>
  /** Newest first. */
  readonly entries: readonly JournalEntry[]
  /** What is said aloud; changes rarely. */
  readonly announced: string
}

/** The page is drawn no more often than this, */
const REDRAW = 1000
/** but for a transition, which an operator waits for; those of a flood are drawn with the rest. */
const REDRAW_TRANSITION = 200
/** A voice is slower. */
const ANNOUNCE = 5000
/** Rates over less than this would be noise. */
const LEAST_SPAN = 900

/** What is known, and when it is worth drawing. */
export class Store {
  readonly history = new History()
  readonly #clock: Clock
  readonly #redraw: Pace
  readonly #announce: Pace
  #shown: Shown = {
    connection: 'connecting',
    at: 0,
    services: undefined,
    rates: new Map(),
    entries: [],
    announced: '',
  }
  #measured: LiveView | undefined
  #hurriedAt = -Infinity
  #unsaid: JournalEntry[] = []
  #sinceOpened: JournalEntry[] = []

  /** @param draw is called with what to show, at most twice a second unless an operator waits for it */
  constructor(clock: Clock, draw: (shown: Shown) => void) {
    this.#clock = clock
    this.#redraw = new Pace(clock, REDRAW, () => draw(this.#shown))
    this.#announce = new Pace(clock, ANNOUNCE, () => this.#say())
  }

  get shown(): Shown {
    return this.#shown
  }

  connected(connection: Connection): void {
    if (connection === this.#shown.connection) return
    this.#change({ connection })
  }

  live(view: LiveView): void {
    const services = shared(this.#shown.services, view.services)
    if (standings(services) !== standings(this.#shown.services ?? [])) this.#hurry()
    this.history.extend(view)
    this.#change({ at: Date.parse(view.at), services, rates: this.#measure(view) })
  }

  entry(entry: JournalEntry): void {
    this.#change({ entries: withEntries(this.#shown.entries, [entry]) })
    this.#sinceOpened.push(entry)
    this.#unsaid.push(entry)
    this.#announce.ask()
  }

  /** The stream begins anew: what it tells from now on is what the server may not have remembered yet. */
  opened(): void {
    this.#sinceOpened = []
    this.#measured = undefined
    this.connected('live')
  }

  /** What the server remembers takes the place of what was shown, which another process may have told. */
  remembered(history: HistoryView | undefined, entries: readonly JournalEntry[]): void {
    if (history !== undefined) this.history.replace(history)
    this.#shown = { ...this.#shown, entries: withEntries(this.#sinceOpened, entries) }
    this.#redraw.now()
  }

  /** What an operator changed is shown before the stream tells of it. */
  changed(service: string, backend: BackendView): void {
    const replace = (known: BackendView): BackendView => (known.name === backend.name ? backend : known)
    const services = this.#shown.services?.map(view =>
      view.name === service ? { ...view, backends: view.backends.map(replace) } : view,
    )
    this.#shown = { ...this.#shown, services }
    this.#redraw.now()
  }

  #hurry(): void {
    const now = this.#clock.now()
    if (now - this.#hurriedAt < REDRAW) return
    this.#hurriedAt = now
    this.#redraw.ask(REDRAW_TRANSITION)
  }

  #measure(view: LiveView): Shown['rates'] {
    const before = this.#measured
    if (before !== undefined && Date.parse(view.at) - Date.parse(before.at) < LEAST_SPAN)
      return this.#shown.rates
    this.#measured = view
    return before === undefined ? this.#shown.rates : asMap(this.#shown.rates, backendRates(before, view))
  }

  #say(): void {
    const announced = announcement(this.#unsaid)
    this.#unsaid = []
    if (announced !== '') this.#change({ announced })
  }

  #change(change: Partial<Shown>): void {
    this.#shown = { ...this.#shown, ...change }
    this.#redraw.ask()
  }
}

/** How everybody stands, as a text to compare. */
function standings(services: readonly ServiceView[]): string {
  const backends = services.map(service => [
    service.name,
    service.failover,
    service.backends.map(({ name, health, state }) => [name, health, state]),
  ])
  return JSON.stringify(backends)
}

/** The new rates, with those that did not change left as they are. */
function asMap(previous: Shown['rates'], next: Shown['rates']): Shown['rates'] {
  return new Map(
    [...next].map(([service, backends]) => {
      const known = previous.get(service)
      return [service, new Map([...backends].map(([name, rates]) => [name, shared(known?.get(name), rates)]))]
    }),
  )
}
