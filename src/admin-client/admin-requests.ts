import type { Clock, Millis } from '../clock.js'
import { tokenPaths } from '../runtime-directory.js'
import type { AdminAddress } from './admin-address.js'
import { AdminError, refusal, unreachable } from './admin-error.js'
import { EventStreamParser, type StreamMessage } from './event-stream.js'
import { ask, openReply, type Reply } from './exchange.js'
import { readToken, type Token } from './token.js'

/** How long the server may be silent before an answer, and while it makes a change. */
const PATIENCE: Readonly<Record<'read' | 'change', Millis>> = {
  read: 5000,
  // A reload may have to look up names.
  change: 30_000,
}

/** A longer message is none of ours, in characters. */
const LONGEST_MESSAGE = 64 * 1024 * 1024

export interface AdminOptions {
  readonly address: AdminAddress
  readonly clock: Clock
  /** The only file to read the token from; undefined = where the process at the address leaves it. */
  readonly tokenFile: string | undefined
}

/** Requests below `/api/v1`, one connection each. Every call may reject with an AdminError. */
export class AdminRequests {
  readonly #address: AdminAddress
  readonly #clock: Clock
  readonly #tokenPaths: readonly string[]

  constructor({ address, clock, tokenFile }: AdminOptions) {
    this.#address = address
    this.#clock = clock
    this.#tokenPaths = tokenFile === undefined ? tokenPaths(address) : [tokenFile]
  }

  /** The body of the answer to a GET. */
  async read(path: string): Promise<string> {
    const question = { method: 'GET', path: `/api/v1${path}`, patience: PATIENCE.read }
    return this.#accept(await ask(this.#address, question, this.#clock))
  }

  /** The body of the answer to a change, which is authorized by the token. */
  async change(method: string, path: string, body?: unknown): Promise<string> {
    const token = await this.token().catch(async (error: unknown) => {
      // Where nobody is there, no token is needed.
      await this.read('/services')
      throw error
    })
    const question = {
      method,
      path: `/api/v1${path}`,
      headers: { authorization: `Bearer ${token.value}` },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      patience: PATIENCE.change,
    }
    return this.#accept(await ask(this.#address, question, this.#clock), token)
  }

  /**
   * The messages of a stream, until the connection ends.
   *
   * @param patience how long the server may be silent
   * @param signal breaks it off
   */
  async *stream(
    path: string,
    headers: Readonly<Record<string, string>>,
    patience: Millis,
    signal: AbortSignal,
  ): AsyncGenerator<StreamMessage, void, void> {
    const question = {
      method: 'GET',
      path: `/api/v1${path}`,
      headers: { accept: 'text/event-stream', ...headers },
      patience,
      signal,
    }
    const reply = await openReply(this.#address, question, this.#clock)
    if (reply.status !== 200) {
      let body = ''
      for await (const chunk of reply.chunks) body += chunk
      this.#accept({ ...reply, body })
    }
    const parser = new EventStreamParser()
    for await (const chunk of reply.chunks) {
      yield* parser.push(chunk)
      if (parser.pending > LONGEST_MESSAGE) throw unreachable(this.#address, 'EMSGSIZE')
    }
  }

  /** What authorizes changes; rejects when there is none. */
  token(): Promise<Token> {
    return readToken(this.#tokenPaths)
  }

  /** What a body says; throws an AdminError when it is no JSON. */
  parse<T>(body: string): T {
    try {
      return JSON.parse(body) as T
    } catch {
      throw unreachable(this.#address, 'EPROTO')
    }
  }

  #accept({ status, contentType, body }: Reply, token?: Token): string {
    if (status >= 200 && status < 300) return body
    const error = refusal(this.#address, status, contentType, body)
    if (status !== 401 || token === undefined) throw error
    throw new AdminError('refused', `${error.message} (the token was read from ${token.path})`)
  }
}
