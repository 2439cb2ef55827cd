import { Chunks } from './chunks.js'
import { ANSWER_LIMIT, latin1 } from './expectation.js'

/** How far the answer is read: within its head or body, to its end, or that it is not HTTP. */
export type Reading = 'head' | 'body' | 'end' | 'malformed'

const STATUS_LINE = /^HTTP\/\d(?:\.\d)? +(\d{3})(?:\s|$)/
const HEAD_END = /\r?\n\r?\n/
/** The one status below 200 that no other answer follows. */
const SWITCHING = 101
const BODILESS: ReadonlySet<number> = new Set([204, 304])

/**
 * Reads an HTTP/1 answer as browsers and curl do: lines may end with a bare LF, and a length may be given twice. Answers
 * of 1xx are passed over. Up to 64 KiB are kept of the heads, and as much of the body.
 */
export class HttpAnswer {
  #reading: Reading = 'head'
  #head = ''
  #status: number | undefined
  #body = ''
  #left = Infinity
  #chunks: Chunks | undefined

  /** Adds the next bytes, each of which counts as one character. */
  feed(bytes: Uint8Array): Reading {
    if (this.#reading === 'head') this.#readHead(latin1(bytes))
    else if (this.#reading === 'body') this.#readBody(latin1(bytes))
    return this.#reading
  }

  /** The connection has ended, which ends a body of no other length. */
  close(): Reading {
    if (this.#reading === 'body' && this.#chunks === undefined && this.#left === Infinity) {
      this.#reading = 'end'
    }
    return this.#reading
  }

  /** Undefined before its head was read. */
  get status(): number | undefined {
    return this.#status
  }

  /** The body so far, each byte one character. */
  get body(): string {
    return this.#body
  }

  #readHead(text: string): void {
    this.#head += text
    for (;;) {
      this.#head = this.#head.replace(/^[\r\n]+/, '')
      if (!isBeginning(this.#head)) return this.#fail()
      const end = HEAD_END.exec(this.#head)
      const length = end?.index ?? this.#head.length
      if (length > ANSWER_LIMIT) return this.#fail()
      if (end === null) return
      const head = this.#head.slice(0, length)
      this.#head = this.#head.slice(length + end[0].length)
      const status = Number(STATUS_LINE.exec(head)?.[1])
      if (status < 200 && status !== SWITCHING) continue
      this.#status = status
      return this.#beginBody(status, head)
    }
  }

  #beginBody(status: number, head: string): void {
    const [length, ...others] = new Set(valuesOf(head, 'content-length'))
    if (BODILESS.has(status)) this.#left = 0
    else if (valuesOf(head, 'transfer-encoding').some(coding => /^chunked$/i.test(coding))) {
      this.#chunks = new Chunks()
    } else if (length !== undefined) {
      if (others.length > 0 || !/^\d+$/.test(length)) return this.#fail()
      this.#left = Number(length)
    }
    this.#reading = 'body'
    this.#readBody(this.#head)
  }

  #readBody(text: string): void {
    const decoded = this.#chunks === undefined ? text.slice(0, this.#left) : this.#chunks.feed(text)
    if (decoded === undefined) return this.#fail()
    this.#left -= decoded.length
    this.#body += decoded.slice(0, ANSWER_LIMIT - this.#body.length)
    if (this.#chunks?.isLast ?? this.#left === 0) this.#reading = 'end'
  }

  #fail(): void {
    this.#reading = 'malformed'
  }
}

/** Whether this can be how an answer begins. */
function isBeginning(head: string): boolean {
  if (head.includes('\n')) return STATUS_LINE.test(head)
  return head.startsWith('HTTP/') || 'HTTP/'.startsWith(head)
}

/** All values of a field, also those in one line with commas between. */
function valuesOf(head: string, field: string): string[] {
  return head
    .split(/\r?\n/)
    .filter(line => line.toLowerCase().startsWith(`${field}:`))
    .flatMap(line => line.slice(field.length + 1).split(','))
    .map(value => value.trim())
}
