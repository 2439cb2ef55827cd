/** One message of a stream of server-sent events. */
export interface StreamMessage {
  /** `message` where the server named none. */
  readonly event: string
  readonly data: string
}

/** Puts the messages of a stream together from chunks that may be cut anywhere. */
export class EventStreamParser {
  #rest = ''
  #event = ''
  #data: string[] = []

  /** How many characters wait for the end of their message. */
  get pending(): number {
    return this.#data.reduce((sum, line) => sum + line.length, this.#rest.length)
  }

  /** The messages that this chunk completes. */
  push(chunk: string): StreamMessage[] {
    const lines = (this.#rest + chunk).split(/\r\n|\n|\r(?=[^\n])/)
    this.#rest = lines.pop() ?? ''
    return lines.flatMap(line => this.#take(line))
  }

  #take(line: string): StreamMessage[] {
    if (line === '') return this.#complete()
    const colon = line.indexOf(':')
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (field === 'event') this.#event = value
    if (field === 'data') this.#data.push(value)
    return []
  }

  #complete(): StreamMessage[] {
    const message = { event: this.#event === '' ? 'message' : this.#event, data: this.#data.join('\n') }
    const isEmpty = this.#data.length === 0
    this.#event = ''
    this.#data = []
    return isEmpty ? [] : [message]
  }
}
