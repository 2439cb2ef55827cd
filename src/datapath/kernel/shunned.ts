import type { Clock, Millis } from '../../clock.js'
import type { BackendName } from '../../core/backend.js'

/** How long a backend that refused a client gets no others, if there is another one. */
const SHUNNED: Millis = 1000

/** Backends that refused a client lately. */
export class Shunned {
  readonly #clock: Clock
  readonly #onChanged: () => void
  /** Until when. */
  readonly #until = new Map<BackendName, Millis>()

  /** @param onChanged one more is shunned, or one is no more */
  constructor(clock: Clock, onChanged: () => void) {
    this.#clock = clock
    this.#onChanged = onChanged
  }

  has(name: BackendName): boolean {
    return (this.#until.get(name) ?? 0) > this.#clock.now()
  }

  /** From now on for a while. */
  add(name: BackendName): void {
    const isNew = !this.has(name)
    this.#until.set(name, this.#clock.now() + SHUNNED)
    if (!isNew) return
    this.#onChanged()
    this.#endLater(name)
  }

  /** A backend is gone. */
  forget(name: BackendName): void {
    this.#until.delete(name)
  }

  #endLater(name: BackendName): void {
    const until = this.#until.get(name)
    if (until === undefined) return
    this.#clock.after(until - this.#clock.now(), () => {
      if (this.has(name)) return this.#endLater(name)
      if (this.#until.delete(name)) this.#onChanged()
    })
  }
}
