import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { problem } from './answer.js'

/** The status for each way of not being a request; 400 for all others. */
const STATUS: ReadonlyMap<string, number> = new Map([
  ['HPE_HEADER_OVERFLOW', 431],
  ['ERR_HTTP_REQUEST_TIMEOUT', 408],
])

/** Answers what could not be read as a request, or did not come in time, and closes its connection. */
export function rejectMalformed(error: Error & { readonly code?: string }, socket: Duplex): void {
  if (!socket.writable) {
    socket.destroy()
    return
  }
  const status = STATUS.get(error.code ?? '') ?? 400
  const { headers, body } = problem(status, 'this is no valid request, or it did not come in time')
  const lines = Object.entries({
    ...headers,
    'Content-Length': Buffer.byteLength(body),
    Connection: 'close',
  }).map(([name, value]) => `${name}: ${value}\r\n`)
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n`
  // Not waiting for the client to close: one that is slow on purpose never would.
  socket.end(head + body, () => socket.destroy())
}
