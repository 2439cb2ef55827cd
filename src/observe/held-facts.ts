import type { Observer } from '../core/observer.js'
import { forward, type Tell } from './fan-out.js'

/** Keeps the facts for an observer back until it is known whether they are to be told at all. */
export class HeldFacts {
  /** Takes the facts. */
  readonly observer: Observer
  readonly #to: Observer
  #held: Tell[] = []
  #pass = (tell: Tell): void => void this.#held.push(tell)

  constructor(to: Observer) {
    this.#to = to
    this.observer = forward(tell => this.#pass(tell))
  }

  /** Tells what was held back, in its order, and from now on every fact at once. */
  release(): void {
    this.#pass = tell => tell(this.#to)
    for (const tell of this.#held.splice(0)) tell(this.#to)
  }

  /** Forgets what was held back and every fact to come. */
  discard(): void {
    this.#pass = () => undefined
    this.#held = []
  }
}
