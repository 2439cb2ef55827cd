import type { BackendName } from '../../../core/backend.js'
import type { Observation } from '../../../core/health.js'
import type { Observer, RefusedFact, SessionFact } from '../../../core/observer.js'
import type { Told } from './messages.js'

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] }

/**
 * What a data thread has to tell, gathered for one message per turn of its event loop. Refusals for the same reason are
 * one entry, so that a flood of them is a small message as well.
 */
export class Outbox implements Pick<Observer, 'session' | 'refused' | 'warning'> {
  readonly #post: (told: Told) => void
  #told: Mutable<Told> | undefined

  /** @param post sends a message; never called with nothing to tell */
  constructor(post: (told: Told) => void) {
    this.#post = post
  }

  session(fact: SessionFact): void {
    this.#next().sessions.push(fact)
  }

  refused(fact: RefusedFact, times: number): void {
    const { refused } = this.#next()
    const same = refused.findIndex(
      ({ fact: { service, protocol, reason } }) =>
        service === fact.service && protocol === fact.protocol && reason === fact.reason,
    )
    const before = refused[same]
    if (before === undefined) refused.push({ fact, times })
    else refused[same] = { fact, times: before.times + times }
  }

  warning(message: string, fields: Readonly<Record<string, unknown>>): void {
    this.#next().warnings.push({ message, fields })
  }

  passive(service: string, backend: BackendName, seen: Observation): void {
    this.#next().passive.push({ service, backend, seen })
  }

  /** Tells what was gathered now. */
  flush(): void {
    const told = this.#told
    this.#told = undefined
    if (told !== undefined) this.#post(told)
  }

  #next(): Mutable<Told> {
    if (this.#told === undefined) {
      this.#told = { sessions: [], refused: [], warnings: [], passive: [] }
      setImmediate(() => this.flush())
    }
    return this.#told
  }
}
