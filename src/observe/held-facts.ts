import type { Observer } from '../core/observer.js'

/** Keeps the facts for an observer back until it is known whether they are to be told at all. */
export class HeldFacts {
  /** Takes the facts. */
  readonly observer: Observer
  #held: (() => void)[] | undefined = []
  #pass: (tell: () => void) => void = tell => this.#held?.push(tell)

  constructor(to: Observer) {
    const pass = (tell: () => void): void => this.#pass(tell)
    this.observer = {
      listening: fact => pass(() => to.listening(fact)),
      admin: fact => pass(() => to.admin(fact)),
      ready: () => pass(() => to.ready()),
      backendState: fact => pass(() => to.backendState(fact)),
      failover: fact => pass(() => to.failover(fact)),
      probe: fact => pass(() => to.probe(fact)),
      session: fact => pass(() => to.session(fact)),
      refused: fact => pass(() => to.refused(fact)),
      draining: graceMs => pass(() => to.draining(graceMs)),
      stopped: () => pass(() => to.stopped()),
      warning: (message, fields) => pass(() => to.warning(message, fields)),
    }
  }

  /** Tells what was held back, in its order, and from now on every fact at once. */
  release(): void {
    const held = this.#held ?? []
    this.#held = undefined
    this.#pass = tell => tell()
    for (const tell of held) tell()
  }

  /** Forgets what was held back and every fact to come. */
  discard(): void {
    this.#held = undefined
    this.#pass = () => undefined
  }
}
