import type { Clock, Millis, Timer } from '../../../clock.js'
import type { Snapshot } from '../../../core/snapshot.js'

/** The least time between two snapshots of a service: more would be copied to every thread than it can use. */
const GAP: Millis = 10

interface Outgoing {
  snapshot: Snapshot
  sentAt: Millis
  timer: Timer | undefined
}

/** Sends the latest snapshot of each service: at once, or as soon as the last one is {@link GAP} old. */
export class Publisher {
  readonly #clock: Clock
  readonly #send: (service: string, snapshot: Snapshot) => void
  readonly #services = new Map<string, Outgoing>()

  constructor(clock: Clock, send: (service: string, snapshot: Snapshot) => void) {
    this.#clock = clock
    this.#send = send
  }

  /** The latest snapshot of every service, whether it was sent already or not. */
  get latest(): readonly (readonly [service: string, snapshot: Snapshot])[] {
    return [...this.#services].map(([service, { snapshot }]) => [service, snapshot])
  }

  publish(service: string, snapshot: Snapshot): void {
    const outgoing = this.#services.get(service) ?? { snapshot, sentAt: -Infinity, timer: undefined }
    this.#services.set(service, outgoing)
    outgoing.snapshot = snapshot
    if (outgoing.timer !== undefined) return
    const wait = outgoing.sentAt + GAP - this.#clock.now()
    if (wait <= 0) this.#pass(service, outgoing)
    else outgoing.timer = this.#clock.after(wait, () => this.#pass(service, outgoing))
  }

  /** Sends nothing any more. */
  stop(): void {
    for (const { timer } of this.#services.values()) timer?.cancel()
  }

  #pass(service: string, outgoing: Outgoing): void {
    outgoing.timer = undefined
    outgoing.sentAt = this.#clock.now()
    this.#send(service, outgoing.snapshot)
  }
}
