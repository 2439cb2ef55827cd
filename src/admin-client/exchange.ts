import { request, type ClientRequest, type IncomingMessage } from 'node:http'
import type { Clock, Millis } from '../clock.js'
import { destination, type AdminAddress } from './admin-address.js'
import { codeOf, unreachable } from './admin-error.js'

/** A request to the admin server. */
export interface Question {
  readonly method: string
  /** With the query. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** How long no byte may come. */
  readonly patience: Millis
  /** Breaks it off: it rejects as unreachable then. */
  readonly signal?: AbortSignal | undefined
}

export interface Reply {
  readonly status: number
  readonly contentType: string
  readonly body: string
}

/** An answer whose body goes on. Whoever opened it must read it to its end or destroy it. */
export interface OpenReply {
  readonly status: number
  readonly contentType: string
  /** Its chunks as text; throws an AdminError when the connection breaks off or is silent for too long. */
  readonly chunks: AsyncGenerator<string, void, void>
}

/** No answer is larger, in characters: thousands of backends and their history fit many times over. */
const LARGEST = 256 * 1024 * 1024

/** Asks and reads the whole answer. Rejects with an AdminError when there is none. */
export async function ask(address: AdminAddress, question: Question, clock: Clock): Promise<Reply> {
  const { status, contentType, chunks } = await openReply(address, question, clock)
  let body = ''
  for await (const chunk of chunks) {
    body += chunk
    if (body.length > LARGEST) throw unreachable(address, 'EMSGSIZE')
  }
  return { status, contentType, body }
}

/** Asks and resolves as soon as the answer has begun. Rejects with an AdminError when there is none. */
export async function openReply(address: AdminAddress, question: Question, clock: Clock): Promise<OpenReply> {
  const { method, path, headers = {}, body, patience, signal } = question
  const sent = request({
    ...destination(address),
    method,
    path,
    agent: false,
    headers: { accept: 'application/json', ...headers, ...(body !== undefined && bodyHeaders(body)) },
    ...(signal !== undefined && { signal }),
  })
  const watch = watchSilence(sent, patience, clock)
  sent.end(body)
  try {
    const response = await begun(sent)
    response.socket.setKeepAlive(true, 15_000)
    watch.heard(response)
    return {
      status: response.statusCode ?? 0,
      contentType: response.headers['content-type'] ?? '',
      chunks: chunksOf(response, address, watch),
    }
  } catch (error) {
    watch.stop()
    throw unreachable(address, codeOf(error))
  }
}

function bodyHeaders(body: string): Readonly<Record<string, string>> {
  return { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }
}

function begun(sent: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    // It may fail after the answer has begun, too; reading the answer tells then.
    sent.on('error', reject).once('response', resolve)
  })
}

/** Gives up on a request, and on its answer once that has begun, after a silence. */
interface Watch {
  heard(response?: IncomingMessage): void
  stop(): void
}

function watchSilence(sent: ClientRequest, patience: Millis, clock: Clock): Watch {
  let watched: ClientRequest | IncomingMessage = sent
  const giveUp = (): void => {
    watched.destroy(Object.assign(new Error('silent for too long'), { code: 'ETIMEDOUT' }))
  }
  let timer = clock.after(patience, giveUp)
  return {
    heard(response) {
      watched = response ?? watched
      timer.cancel()
      timer = clock.after(patience, giveUp)
    },
    stop: () => timer.cancel(),
  }
}

async function* chunksOf(
  response: IncomingMessage,
  address: AdminAddress,
  watch: Watch,
): AsyncGenerator<string, void, void> {
  response.setEncoding('utf8')
  try {
    for await (const chunk of response) {
      watch.heard()
      yield String(chunk)
    }
  } catch (error) {
    throw unreachable(address, codeOf(error))
  } finally {
    watch.stop()
    response.destroy()
  }
}
