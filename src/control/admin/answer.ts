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
