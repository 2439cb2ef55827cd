/** Something that takes time and answers all who ask before it begins: it never runs twice at a time, and the last word is the newest. */
export class Coalesced {
  readonly #run: () => Promise<void>
  readonly #before: () => Promise<void> | undefined
  /** The one that runs, or was the last. */
  #running: Promise<unknown> = Promise.resolve()
  /** The one that comes after it. */
  #next: Promise<void> | undefined

  /** @param before what is waited for before it begins */
  constructor(run: () => Promise<void>, before: () => Promise<void> | undefined = () => undefined) {
    this.#run = run
    this.#before = before
  }

  /** Resolves when one is over that begins from now on; rejects as that does. */
  ask(): Promise<void> {
    this.#next ??= this.#afterwards()
    return this.#next
  }

  async #afterwards(): Promise<void> {
    await this.#running
    await this.#before()
    this.#next = undefined
    const running = this.#run()
    this.#running = running.catch(() => undefined)
    return running
  }
}
