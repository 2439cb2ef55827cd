/** Somebody waits for a token. */
export interface TokenQuestion {
  /** Why the last one was not good; undefined = there was none. */
  readonly refused: string | undefined
  /** undefined = the operator will not say. */
  answer(token: string | undefined): void
}

/** The token, in memory alone: it is asked for when it is first needed, and again when it turns out to be wrong. */
export class TokenDesk {
  readonly #show: (question: TokenQuestion | undefined) => void
  #token: string | undefined
  #asked: Promise<string | undefined> | undefined

  /** @param show shows the question, and hides it when it is undefined */
  constructor(show: (question: TokenQuestion | undefined) => void) {
    this.#show = show
  }

  /** The token; undefined = the operator will not say. */
  get(): Promise<string | undefined> {
    return this.#token === undefined ? this.#ask(undefined) : Promise.resolve(this.#token)
  }

  /** A token was refused with these words; the next one that is given, or undefined. */
  refused(token: string, words: string): Promise<string | undefined> {
    // Another request may have found that out before.
    if (this.#token !== undefined && this.#token !== token) return this.get()
    this.#token = undefined
    return this.#ask(words)
  }

  #ask(refused: string | undefined): Promise<string | undefined> {
    this.#asked ??= new Promise<string | undefined>(resolve => {
      const answer = (token: string | undefined): void => {
        this.#token = token
        this.#asked = undefined
        this.#show(undefined)
        resolve(token)
      }
      this.#show({ refused, answer })
    })
    return this.#asked
  }
}
