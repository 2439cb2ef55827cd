import type { HistoryView, ServiceView } from '../../api/views.js'
import type { Clock, Millis, Timer } from '../../clock.js'
import { ServiceTrack } from './service-track.js'

/** What a history works with; none of it is its own. */
export interface HistoryTools {
  readonly clock: Clock
  /** Wall-clock milliseconds since 1970. */
  readonly wallTime: () => number
  /** Asked at each sample; a rejection leaves that one out. */
  readonly services: () => Promise<readonly ServiceView[]>
}

/** From one sample to the next. */
const STEP: Millis = 5000
/** Samples that are kept: those of 15 minutes. */
const LENGTH = 180

interface Kept {
  readonly track: ServiceTrack
  /** The number of the last sample it was there at. */
  seen: number
}

/** The numbers of the last 15 minutes, sampled every 5 s. A backend takes about 4 kB, whatever happens to it. */
export class History {
  readonly #tools: HistoryTools
  readonly #services = new Map<string, Kept>()
  /** Wall-clock times of the samples, each at its place. */
  readonly #times = new Float64Array(LENGTH)
  /** How many samples there were. */
  #count = 0
  #sampledAt: Millis = 0
  #timer: Timer | undefined
  #stopped = false
  /** What was made of the samples, until the next. */
  #view: HistoryView | undefined

  constructor(tools: HistoryTools) {
    this.#tools = tools
  }

  /** Begins to sample, at once. */
  start(): void {
    this.#tick(this.#tools.clock.now())
  }

  /** Samples no more. */
  stop(): void {
    this.#stopped = true
    this.#timer?.cancel()
  }

  /** Keeps what the services show now; what is not among them is not there. */
  sample(services: readonly ServiceView[]): void {
    const now = this.#tools.clock.now()
    const seconds = (now - this.#sampledAt) / 1000
    const number = this.#count++
    this.#sampledAt = now
    this.#times[number % LENGTH] = this.#tools.wallTime()
    this.#view = undefined
    const views = new Map(services.map(service => [service.name, service]))
    for (const name of views.keys()) {
      if (!this.#services.has(name))
        this.#services.set(name, { track: new ServiceTrack(LENGTH), seen: number })
    }
    for (const [name, kept] of this.#services) {
      const view = views.get(name)
      if (view !== undefined) kept.seen = number
      kept.track.sample(number, view, seconds)
      if (number - kept.seen >= LENGTH) this.#services.delete(name)
    }
  }

  /** The samples, oldest first; the same object until there is a new one. */
  view(): HistoryView {
    return (this.#view ??= this.#render())
  }

  #render(): HistoryView {
    const first = Math.max(0, this.#count - LENGTH)
    const places = Array.from({ length: this.#count - first }, (_, index) => (first + index) % LENGTH)
    return {
      stepMs: STEP,
      times: places.map(place => this.#times[place] ?? 0),
      services: [...this.#services].map(([name, { track }]) => track.read(name, places)),
    }
  }

  /** @param due when this sample was to be taken: a little lateness does not add up */
  #tick(due: Millis): void {
    const { clock, services } = this.#tools
    const now = clock.now()
    const next = (due + STEP > now ? due : now) + STEP
    this.#timer = clock.after(next - now, () => this.#tick(next))
    services().then(
      views => {
        if (!this.#stopped) this.sample(views)
      },
      // Whoever asks for them is told why.
      () => undefined,
    )
  }
}
