import type { BackendStateFact, Observer } from '../core/observer.js'

/** Prints what happens to the backends, and lets the tour wait for it. */
export class DemoEvents implements Partial<Observer> {
  readonly #print: (line: string) => void
  readonly #waiting = new Set<(fact: BackendStateFact) => void>()

  constructor(print: (line: string) => void) {
    this.#print = print
  }

  /** Resolves when a backend next enters a state. */
  reaches(backend: string, state: BackendStateFact['to']): Promise<void> {
    return new Promise(resolve => {
      const look = (fact: BackendStateFact): void => {
        if (fact.backend !== backend || fact.to !== state) return
        this.#waiting.delete(look)
        resolve()
      }
      this.#waiting.add(look)
    })
  }

  backendState(fact: BackendStateFact): void {
    if (fact.from === 'down' || fact.to === 'down')
      this.#print(`  event     ${fact.backend} is ${fact.to}: ${fact.reason}`)
    for (const look of [...this.#waiting]) look(fact)
  }

  failover({ service, from, to }: Parameters<Observer['failover']>[0]): void {
    this.#print(`  event     ${service} fails over from ${from} to ${to}`)
  }

  warning(message: string): void {
    this.#print(`  warning   ${message}`)
  }
}
