import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock, Millis } from '../../clock.js'
import type { Observer } from '../../core/observer.js'
import type { AdminAddress } from './address.js'
import { headersOf, problem } from './answer.js'
import type { Answer } from './answer.js'
import { announcesTooMuch, readBody } from './body.js'
import { refusal } from './guard.js'
import { answer, notAllowed } from './routes.js'
import type { AdminSource } from './routes.js'
import { readTarget } from './target.js'
import type { Target } from './target.js'

/** What the admin server works with; none of it is its own. */
export interface AdminTools {
  readonly source: AdminSource
  readonly clock: Clock
  readonly observer: Pick<Observer, 'warning'>
}

/** How a request is to be treated. */
export interface ExchangeTerms {
  readonly bound: AdminAddress
  /** What the client expects beside an answer: leave to send its body, or what we have never heard of. */
  readonly expects: 'nothing' | 'continue' | 'unknown'
  /** Asked when the answer is ready: whether the connection is to take no further request. */
  readonly isStopping: () => boolean
}

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
  const target = admit(request, terms.bound)
  if ('status' in target) return sendEarly(request, response, target, tools.clock)
  if (terms.expects === 'unknown')
    return sendEarly(request, response, unknownExpectation(request), tools.clock)
  if (terms.expects === 'continue' && !announcesTooMuch(request)) response.writeContinue()
  const body = await readBody(request)
  switch (body.kind) {
    case 'gone':
      return
    case 'too-large':
      return sendEarly(request, response, problem(413, 'the body is larger than 64 KiB'), tools.clock)
    case 'whole': {
      const found = await find(request.method ?? '', target.path, tools)
      writeHead(response, found, terms.isStopping())
      response.end(found.body)
    }
  }
}

/** The answer to a CONNECT, which no route takes. */
export function refuseConnect(request: IncomingMessage, bound: AdminAddress): Answer {
  const target = admit(request, bound)
  return 'status' in target ? target : notAllowed('CONNECT', ['GET'])
}

function admit(request: IncomingMessage, bound: AdminAddress): Target | Answer {
  const target = readTarget(request)
  if ('status' in target) return target
  return refusal({ host: target.host, origin: request.headers.origin }, bound) ?? target
}

function unknownExpectation({ headers }: IncomingMessage): Answer {
  return problem(417, `the expectation ${headers.expect ?? ''} cannot be met`)
}

async function find(method: string, target: string, { source, observer }: AdminTools): Promise<Answer> {
  try {
    return await answer({ method, target }, source)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    observer.warning(`an admin request failed: ${reason}`, { target })
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

function writeHead(response: ServerResponse, answer: Answer, isLast: boolean): void {
  response.writeHead(answer.status, headersOf(answer, isLast))
}
