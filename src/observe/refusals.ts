import type { Clock, Millis, Timer } from '../clock.js'
import type { Refusal } from '../core/outcome.js'
import type { RefusedFact } from '../core/observer.js'

/** Tells of a refusal; `suppressed` is how many of its kind were not told since the last time, this one included. */
export type TellRefusal = (fact: RefusedFact, suppressed: number) => void

/** The least time between two lines of one kind. */
const QUIET: Millis = 10_000

interface Kind {
  suppressed: number
  latest: RefusedFact
  timer: Timer
}

/**
 * Lets through the first refusal per service, protocol and reason at once, and after that at most one summary per 10 s.
 * Its timers live only while clients are being refused, and none does after `stop`.
 */
export class RefusalLimit {
  readonly #clock: Clock
  readonly #tell: TellRefusal
  readonly #kinds = { tcp: new Map<string, Map<Refusal, Kind>>(), udp: new Map<string, Map<Refusal, Kind>>() }
  #stopped = false

  constructor(clock: Clock, tell: TellRefusal) {
    this.#clock = clock
    this.#tell = tell
  }

  /** Cheap under a flood: two look-ups and a count. @param times how many refusals this is, the fact being the last */
  refused(fact: RefusedFact, times: number): void {
    if (this.#stopped) return
    const ofProtocol = this.#kinds[fact.protocol]
    let ofService = ofProtocol.get(fact.service)
    if (ofService === undefined) ofProtocol.set(fact.service, (ofService = new Map()))
    const kind = ofService.get(fact.reason)
    if (kind !== undefined) {
      kind.suppressed += times
      kind.latest = fact
      return
    }
    const timer = this.#wait(ofService, fact.reason)
    ofService.set(fact.reason, { suppressed: times - 1, latest: fact, timer })
    this.#tell(fact, 0)
  }

  /** Tells what is still untold, and forgets every refusal after it. */
  stop(): void {
    this.#stopped = true
    for (const ofService of [...this.#kinds.tcp.values(), ...this.#kinds.udp.values()]) {
      for (const kind of ofService.values()) {
        kind.timer.cancel()
        if (kind.suppressed > 0) this.#tell(kind.latest, kind.suppressed)
      }
      ofService.clear()
    }
  }

  #wait(ofService: Map<Refusal, Kind>, reason: Refusal): Timer {
    return this.#clock.after(QUIET, () => {
      const kind = ofService.get(reason)
      if (kind === undefined) return
      if (kind.suppressed === 0) {
        ofService.delete(reason)
        return
      }
      const { latest, suppressed } = kind
      kind.suppressed = 0
      kind.timer = this.#wait(ofService, reason)
      this.#tell(latest, suppressed)
    })
  }
}
