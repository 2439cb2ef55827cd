import { problem } from './answer.js'
import type { Answer } from './answer.js'

/** The status for each way of not being a request; 400 for all others. */
const STATUS: ReadonlyMap<string, number> = new Map([
  ['HPE_HEADER_OVERFLOW', 431],
  ['ERR_HTTP_REQUEST_TIMEOUT', 408],
])

/** The answer to what could not be read as a request, or did not come in time. */
export function malformed({ code = '' }: Error & { readonly code?: string }): Answer {
  return problem(STATUS.get(code) ?? 400, 'this is no valid request, or it did not come in time')
}
