import { ANSWER_LIMIT } from './expectation.js'

/** Takes the chunks of a chunked body together, in whatever pieces they come. */
export class Chunks {
  #rest = ''
  #left = 0
  #isBetween = false
  #isLast = false

  /** Whether the last chunk was seen. What follows it is not looked at. */
  get isLast(): boolean {
    return this.#isLast
  }

  /** The body's part of what came; undefined when it is not chunked as it should be. */
  feed(text: string): string | undefined {
    this.#rest += text
    let body = ''
    while (!this.#isLast && this.#rest !== '') {
      if (this.#left > 0) {
        const part = this.#rest.slice(0, this.#left)
        body += part
        this.#left -= part.length
        this.#rest = this.#rest.slice(part.length)
        this.#isBetween = this.#left === 0
        continue
      }
      const end = this.#rest.indexOf('\n')
      if (end === -1) return this.#rest.length > ANSWER_LIMIT ? undefined : body
      const line = this.#rest.slice(0, end).trim()
      this.#rest = this.#rest.slice(end + 1)
      if (!this.#begin(line)) return undefined
    }
    return body
  }

  /** Whether the line between two chunks, or before the first, is right. */
  #begin(line: string): boolean {
    const isEmpty = line === ''
    const wasBetween = this.#isBetween
    this.#isBetween = false
    if (wasBetween) return isEmpty
    const size = /^([0-9a-f]{1,12})\s*(?:;|$)/i.exec(line)?.[1]
    if (size === undefined) return false
    this.#left = parseInt(size, 16)
    this.#isLast = this.#left === 0
    return true
  }
}
