import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock, Millis } from '../../clock.js'
import type { Observer } from '../../core/observer.js'
import type { AdminAddress } from './address.js'
import { problem } from './answer.js'
import type { Answer } from './answer.js'
import { announcesTooMuch, readBody } from './body.js'
import { refusal } from './guard.js'
import { answer } from './routes.js'
import type { AdminSource } from './routes.js'

/** What the admin server works with; none of it is its own. */
export interface AdminTools {
  readonly source: AdminSource
  readonly clock: Clock
  readonly observer: Pick<Observer, 'warning'>
}

/** How a request is to be treated. */
export interface ExchangeTerms {
  readonly bound: AdminAddress
  /** The client waits for leave to send its body. */
  readonly awaitsContinue: boolean
  /** Asked when the answer is ready: whether the connection is to take no further request. */
  readonly isStopping: () => boolean
}

/** The longest a request may take, however slowly it is read. */
const LONGEST: Millis = 30_000
/** How long, and for how many bytes, a client that was answered early may go on sending. */
const LINGER: Millis = 1000
const MOST_LINGER = 1024 * 1024

/** Answers one request. Never rejects. */
export async function exchange(
  request: IncomingMessage,
  response: ServerResponse,
  terms: ExchangeTerms,
  tools: AdminTools,
): Promise<void> {
  const limit = tools.clock.after(LONGEST, () => response.destroy())
  response.once('close', () => limit.cancel())
  const refused = refusal({ host: request.headers.host, origin: request.headers.origin }, terms.bound)
  if (refused !== undefined) return sendEarly(request, response, refused, tools.clock)
  if (terms.awaitsContinue && !announcesTooMuch(request)) response.writeContinue()
  const body = await readBody(request)
  switch (body.kind) {
    case 'gone':
      return
    case 'too-large':
      return sendEarly(request, response, problem(413, 'the body is larger than 64 KiB'), tools.clock)
    case 'whole': {
      const found = await find(request, tools)
      writeHead(response, found, terms.isStopping())
      response.end(found.body)
    }
  }
}

async function find(request: IncomingMessage, { source, observer }: AdminTools): Promise<Answer> {
  try {
    return await answer({ method: request.method ?? '', target: request.url ?? '' }, source)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    observer.warning(`an admin request failed: ${reason}`, { target: request.url })
    return problem(500, reason)
  }
}

/**
 * Answers before the request was read to its end. The answer is complete at once, but the connection closes only when
 * the client has stopped sending or used up its allowance: bytes left unread at a close become a reset, which can
 * overtake the answer.
 */
function sendEarly(request: IncomingMessage, response: ServerResponse, early: Answer, clock: Clock): void {
  writeHead(response, early, true)
  response.write(early.body)
  let size = 0
  const timer = clock.after(LINGER, () => response.end())
  response.once('close', () => timer.cancel())
  request.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size > MOST_LINGER) response.end()
  })
  request.on('end', () => response.end())
  request.resume()
}

function writeHead(response: ServerResponse, { status, headers, body }: Answer, isLast: boolean): void {
  response.writeHead(status, {
    ...headers,
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...(isLast ? { Connection: 'close' } : {}),
  })
}
