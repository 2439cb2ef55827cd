import type { Clock, Random } from '../clock.js'
import { Pulse } from './pulse.js'
import { ProbeWatch, type Shared, type Subject, type Watch } from './watch.js'

/** What a {@link Monitor} works with. At most `maxInFlight` probes (64) run at a time; the others queue. */
export interface MonitorOptions {
  readonly clock: Clock
  readonly random: Random
  readonly maxInFlight?: number
}

/** Probes backends. One per process, so that all probes share one limit and one pulse. */
export class Monitor {
  readonly #maxInFlight: number
  readonly #shared: Shared
  readonly #pulse: Pulse
  readonly #watches = new Set<ProbeWatch>()
  /** First in, first out; the time spent here does not count as the probe's. */
  readonly #queue = new Set<ProbeWatch>()
  readonly #inFlight = new Set<ProbeWatch>()

  constructor({ clock, random, maxInFlight = 64 }: MonitorOptions) {
    this.#maxInFlight = maxInFlight
    this.#pulse = new Pulse(clock, () => {
      for (const watch of this.#inFlight) watch.restart()
    })
    this.#shared = {
      clock,
      random,
      enter: watch => this.#enter(watch),
      leave: watch => this.#leave(watch),
      forget: watch => void this.#watches.delete(watch),
      hasStalled: () => this.#pulse.check(),
    }
  }

  /** Begins to probe: first at a random point of the first interval, at most a second in. */
  watch(subject: Subject): Watch {
    const watch = new ProbeWatch(subject, this.#shared)
    this.#watches.add(watch)
    watch.resume()
    return watch
  }

  /** Stops every watch; no timer and no probe is left. */
  stop(): void {
    this.#queue.clear()
    for (const watch of this.#watches) watch.stop()
  }

  #enter(watch: ProbeWatch): void {
    // Before it starts, so that it is not among those that a stall has spoiled.
    this.#pulse.check()
    this.#queue.add(watch)
    this.#startNext()
  }

  #leave(watch: ProbeWatch): void {
    this.#queue.delete(watch)
    if (!this.#inFlight.delete(watch)) return
    if (this.#inFlight.size === 0) this.#pulse.stop()
    this.#startNext()
  }

  #startNext(): void {
    for (const watch of this.#queue) {
      if (this.#inFlight.size >= this.#maxInFlight) return
      this.#queue.delete(watch)
      this.#inFlight.add(watch)
      this.#pulse.start()
      watch.start()
    }
  }
}
