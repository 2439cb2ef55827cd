import { addKey, DEEPEST, formatPosition, MOST_VALUES, TOO_DEEP, TOO_MANY, type Position } from './limits.js'

/** White space and one token: a mark, a string, or a word (a number, true, false or null if it is right). */
const TOKEN = /[ \t\r\n]*([{}[\]:,]|"[^"\\\n]*(?:\\.[^"\\\n]*)*"?|[^\s{}[\]:,"]+|[^ \t\r\n])/y

/**
 * Reads JSON. `JSON.parse` reads each value, but it keeps the last one of two equal keys without a word, and does not
 * always say where it stopped. Throws what `fail` makes of a problem, or a ConfigError for a key.
 */
export function parseJson(text: string, fail: (problem: string) => Error): unknown {
  const read = new JsonReader(text, fail)
  const value = read.value([])
  read.end()
  return value
}

class JsonReader {
  readonly #text: string
  readonly #fail: (problem: string) => Error
  #next = 0
  #start = 0
  #token = ''
  #values = 0

  constructor(text: string, fail: (problem: string) => Error) {
    this.#text = text
    this.#fail = fail
    this.#advance()
  }

  /** @param steps the way to it from the top */
  value(steps: readonly (string | number)[]): unknown {
    if (steps.length > DEEPEST) throw this.#wrong(TOO_DEEP)
    if (++this.#values > MOST_VALUES) throw this.#wrong(TOO_MANY)
    if (this.#token === '{') return this.#map(steps)
    if (this.#token === '[') return this.#list(steps)
    return this.#scalar()
  }

  end(): void {
    if (this.#token !== '') throw this.#unexpected()
  }

  #map(steps: readonly (string | number)[]): Readonly<Record<string, unknown>> {
    const map: Record<string, unknown> = {}
    const seen = new Set<string>()
    this.#items('}', () => {
      if (!this.#token.startsWith('"')) throw this.#unexpected()
      const start = this.#start
      const key = String(this.#scalar())
      addKey(seen, key, steps, () => this.#position(start))
      this.#expect(':')
      map[key] = this.value([...steps, key])
    })
    return map
  }

  #list(steps: readonly (string | number)[]): readonly unknown[] {
    const list: unknown[] = []
    this.#items(']', () => void list.push(this.value([...steps, list.length])))
    return list
  }

  /** The items between the mark that is next and the closing one. */
  #items(close: string, item: () => void): void {
    this.#advance()
    if (this.#token !== close) {
      item()
      while (this.#token === ',') {
        this.#advance()
        item()
      }
    }
    this.#expect(close)
  }

  #scalar(): unknown {
    try {
      const value: unknown = JSON.parse(this.#token)
      this.#advance()
      return value
    } catch {
      throw this.#unexpected()
    }
  }

  #expect(mark: string): void {
    if (this.#token !== mark) throw this.#unexpected()
    this.#advance()
  }

  #advance(): void {
    TOKEN.lastIndex = this.#next
    const [all = '', token = ''] = TOKEN.exec(this.#text) ?? []
    this.#token = token
    this.#next += all.length
    this.#start = this.#next - this.#token.length
  }

  #unexpected(): Error {
    return this.#wrong(
      this.#token === '' ? 'the end is missing' : `${this.#token.slice(0, LONGEST_SHOWN)} is not JSON here`,
    )
  }

  #wrong(problem: string): Error {
    return this.#fail(`${formatPosition(this.#position(this.#start))}: ${problem}`)
  }

  #position(offset: number): Position {
    const before = this.#text.slice(0, offset)
    return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') }
  }
}

const LONGEST_SHOWN = 40
