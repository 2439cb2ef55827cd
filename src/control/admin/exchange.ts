import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock, Millis } from '../../clock.js'
import type { Observer } from '../../core/observer.js'
import type { AdminAddress } from './address.js'
import { headersOf, problem, STREAM_HEADERS } from './answer.js'
import type { Answer } from './answer.js'
import { unauthorized } from './authority.js'
import type { Authority } from './authority.js'
import { announcesTooMuch, readBody } from './body.js'
import type { OpenFeed } from './feed.js'
import { refusal } from './guard.js'
import type { Reply, Served } from './reply.js'
import { findRoute, notAllowed } from './routes.js'
import type { Found } from './routes.js'
import type { AdminSource } from './source.js'
import type { Streams } from './streams.js'
import { readTarget } from './target.js'
import type { Target } from './target.js'

/** What the admin server works with; none of it is its own. */
export interface AdminTools {
  readonly source: AdminSource
  /** Asked at each change. */
  readonly authority: () => Authority
  /** What is at `/`. */
  readonly page: () => Promise<Answer>
  readonly clock: Clock
  /** Wall-clock milliseconds since 1970. */
  readonly wallTime: () => number
  readonly observer: Pick<Observer, 'warning'>
}

/** What exchanges work with, all of them together. */
export interface ExchangeTools extends Pick<AdminTools, 'authority' | 'clock' | 'observer'>, Served {
  readonly streams: Pick<Streams, 'hasRoom' | 'open'>
}

/** How a request is to be treated. */
export interface ExchangeTerms {
  readonly bound: AdminAddress
  /** What the client expects beside an answer: leave to send its body, or what we have never heard of. */
  readonly expects: 'nothing' | 'continue' | 'unknown'
  /** Asked when the answer is ready: whether the connection is to take no further request. */
  readonly isStopping: () => boolean
  /** Called before an answer without an end; false = it must not be given. */
  readonly hold: () => boolean
}

/** How long, and for how many bytes, a client that was answered early may go on sending. */
const LINGER: Millis = 1000
const MOST_LINGER = 1024 * 1024

/** Answers one request. Never rejects. */
export async function exchange(
  request: IncomingMessage,
  response: ServerResponse,
  terms: ExchangeTerms,
  tools: ExchangeTools,
): Promise<void> {
  const target = admit(request, terms.bound)
  if ('status' in target) return sendEarly(request, response, target, tools.clock)
  const found = findRoute(request.method ?? '', target.path)
  const refused = refuseUnread(request, found, terms.expects, tools.authority)
  if (refused !== undefined) return sendEarly(request, response, refused, tools.clock)
  if (terms.expects === 'continue' && !announcesTooMuch(request)) response.writeContinue()
  const body = await readBody(request)
  switch (body.kind) {
    case 'gone':
      return
    case 'too-large':
      return sendEarly(request, response, problem(413, 'the body is larger than 64 KiB'), tools.clock)
    case 'whole': {
      const reply = 'status' in found ? found : await respond(request, target.path, found, body.bytes, tools)
      if ('feed' in reply) return sendStream(request, response, reply.feed, terms, tools)
      send(response, reply, terms.isStopping())
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

/** The refusal of a request whose body need not be read for that. A change without the right learns nothing else. */
function refuseUnread(
  { headers }: IncomingMessage,
  found: Found | Answer,
  expects: ExchangeTerms['expects'],
  authority: AdminTools['authority'],
): Answer | undefined {
  const refused =
    'isChange' in found && found.isChange ? unauthorized(headers.authorization, authority()) : undefined
  if (refused !== undefined || expects !== 'unknown') return refused
  return problem(417, `the expectation ${headers.expect ?? ''} cannot be met`)
}

async function respond(
  request: IncomingMessage,
  target: string,
  { respond, parameters, query }: Found,
  body: Uint8Array,
  tools: ExchangeTools,
): Promise<Reply> {
  const lastEventId = request.headersDistinct['last-event-id']?.[0]
  try {
    return await respond(tools, { parameters, query, lastEventId, body })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    tools.observer.warning(`an admin request failed: ${reason}`, { target })
    return problem(500, reason)
  }
}

/** Begins an answer without an end, where there is room for one. */
function sendStream(
  { method }: IncomingMessage,
  response: ServerResponse,
  feed: OpenFeed,
  { hold, isStopping }: ExchangeTerms,
  { streams }: ExchangeTools,
): void {
  if (!streams.hasRoom) return send(response, noRoom(), isStopping())
  if (method === 'HEAD') {
    response.writeHead(200, STREAM_HEADERS)
    response.end()
  } else if (hold()) {
    response.writeHead(200, STREAM_HEADERS)
    streams.open(response, feed)
  }
}

function noRoom(): Answer {
  const refused = problem(503, 'as many streams of events are open as there may be')
  return { ...refused, headers: { ...refused.headers, 'Retry-After': '5' } }
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

function send(response: ServerResponse, answer: Answer, isLast: boolean): void {
  writeHead(response, answer, isLast)
  response.end(answer.body)
}

function writeHead(response: ServerResponse, answer: Answer, isLast: boolean): void {
  response.writeHead(answer.status, headersOf(answer, isLast))
}
