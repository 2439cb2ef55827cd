import { STATUS_CODES } from 'node:http'

/** What a request is answered with. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** An answer in plain words. */
export function text(status: number, body: string, type = 'text/plain; charset=utf-8'): Answer {
  return { status, headers: { 'Content-Type': type }, body }
}

/** An answer for programs. */
export function json(status: number, value: unknown): Answer {
  return text(status, JSON.stringify(value), 'application/json; charset=utf-8')
}

/** An error as RFC 9457 has it; `detail` says what was wrong with this request, `extra` are members of its own. */
export function problem(
  status: number,
  detail: string,
  extra: Readonly<Record<string, unknown>> = {},
): Answer {
  const body = { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail, ...extra }
  return text(status, JSON.stringify(body), 'application/problem+json; charset=utf-8')
}

/** What every answer says. */
const ALWAYS = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' }

/** The head of an answer without an end: it is the last one of its connection, and no proxy is to hold it back. */
export const STREAM_HEADERS: Readonly<Record<string, string>> = {
  'Content-Type': 'text/event-stream',
  ...ALWAYS,
  'X-Accel-Buffering': 'no',
  Connection: 'close',
}

/** All headers of an answer; after the last one the connection closes. */
export function headersOf(
  { status, headers, body }: Answer,
  isLast: boolean,
): Readonly<Record<string, string>> {
  return {
    ...headers,
    // Where there is never a body, its length must not be told.
    ...(status === 204 ? {} : { 'Content-Length': String(Buffer.byteLength(body)) }),
    ...ALWAYS,
    ...(isLast ? { Connection: 'close' } : {}),
  }
}

/** The bytes of an answer that is the last one of its connection. */
export function lastBytes(answer: Answer): string {
  const { status, body } = answer
  const lines = Object.entries(headersOf(answer, true)).map(([name, value]) => `${name}: ${value}\r\n`)
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${body}`
}
