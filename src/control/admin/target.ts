import { problem } from './answer.js'
import type { Answer } from './answer.js'

/** A request as far as it says what it wants of whom. */
export interface Addressed {
  readonly url?: string | undefined
  readonly httpVersion: string
  /** All values of each header. */
  readonly headersDistinct: Readonly<Record<string, string[] | undefined>>
}

/** What a request is for. */
export interface Target {
  /** Whom it was sent to; undefined = it does not say, which only HTTP/1.0 allows. */
  readonly host: string | undefined
  /** Path and query. */
  readonly path: string
}

const ABSOLUTE = /^http:\/\/(?<authority>[^/?#]*)(?<path>.*)$/i

/** What a request is for, or the answer to one that breaks RFC 9112, section 3.2: a URL in the request line beats Host. */
export function readTarget({ url = '', httpVersion, headersDistinct }: Addressed): Target | Answer {
  const [host, second] = headersDistinct['host'] ?? []
  if (second !== undefined) return problem(400, 'there is more than one Host header')
  if (host === undefined && httpVersion !== '1.0') return problem(400, 'there is no Host header')
  const { authority, path = '' } = ABSOLUTE.exec(url)?.groups ?? {}
  if (authority === undefined) return { host, path: url }
  return { host: authority, path: path.startsWith('/') ? path : `/${path}` }
}
