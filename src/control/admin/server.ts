import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Clock, Millis } from '../../clock.js'
import type { AdminAddress } from './address.js'
import { Connections } from './connections.js'
import { exchange, refuseConnect } from './exchange.js'
import type { AdminTools, ExchangeTerms, ExchangeTools } from './exchange.js'
import { LiveViews } from './live-views.js'
import { malformed } from './malformed.js'
import { sharedSource } from './shared-source.js'
import { Streams } from './streams.js'
import { bindPath } from '../../unix-socket.js'

/** Nothing a slow or hostile client does holds a connection longer than these. */
const LIMITS = {
  headersTimeout: 5000,
  requestTimeout: 5000,
  connectionsCheckingInterval: 500,
  keepAliveTimeout: 5000,
  maxHeaderSize: 8192,
  // It is asked for where it can be answered as any other error.
  requireHostHeader: false,
}
/** No byte in either direction for this long ends a connection. */
const IDLE: Millis = 15_000
/** Streams of events at a time: half of what there may be of connections. */
const MOST_STREAMS = 16
/** Bytes in the path of a unix socket, on Linux. */
const LONGEST_PATH = 107

/** The admin server: bound by `start`, gone after `stop`. It can be started once. */
export class AdminServer {
  readonly #address: AdminAddress
  readonly #clock: Clock
  readonly #server: Server
  readonly #connections: Connections
  readonly #streams: Streams

  /** @param mostConnections at a time */
  constructor(address: AdminAddress, tools: AdminTools, mostConnections: number) {
    this.#address = address
    this.#clock = tools.clock
    this.#server = createServer(LIMITS)
    this.#server.timeout = IDLE
    this.#connections = new Connections(mostConnections, tools.clock)
    this.#streams = new Streams(MOST_STREAMS, tools.clock)
    this.#serve(exchangeTools(tools, this.#streams))
  }

  /** Binds the address and returns it with the port that was bound. Rejects with the system's error. */
  async start(): Promise<AdminAddress> {
    const address = this.#address
    if (address.kind === 'inet') await this.#bind()
    else {
      checkLength(address.path)
      await bindPath(address.path, () => this.#bind())
    }
    const bound = this.#server.address()
    if (bound === null || typeof bound === 'string') return address
    return { kind: 'inet', host: bound.address, port: bound.port }
  }

  /**
   * Takes no further connection, ends the streams and closes the idle connections; resolves when the last request was answered, or `grace` later
   * when the rest was cut off. The file of a unix socket is gone then.
   */
  stop(grace: Millis): Promise<void> {
    if (!this.#server.listening) return Promise.resolve()
    return new Promise(resolve => {
      const timer = this.#clock.after(grace, () => this.#connections.destroy())
      this.#server.close(() => {
        timer.cancel()
        resolve()
      })
      this.#streams.stop()
      this.#server.closeIdleConnections()
    })
  }

  #serve(tools: ExchangeTools): void {
    const connections = this.#connections
    const bound = this.#address
    const isStopping = (): boolean => !this.#server.listening
    const answer =
      (expects: ExchangeTerms['expects']) =>
      (request: IncomingMessage, response: ServerResponse): void => {
        if (!connections.take(request, response)) return
        const hold = (): boolean => connections.hold(request)
        void exchange(request, response, { bound, expects, isStopping, hold }, tools)
      }
    this.#server
      .on('connection', socket => connections.add(socket))
      .on('request', answer('nothing'))
      .on('checkContinue', answer('continue'))
      .on('checkExpectation', answer('unknown'))
      .on('connect', (request, socket) => connections.close(socket, refuseConnect(request, bound)))
      .on('clientError', (error, socket) => connections.close(socket, malformed(error)))
  }

  #bind(): Promise<void> {
    const server = this.#server
    return new Promise((resolve, reject) => {
      const fail = (error: Error): void => {
        server.off('listening', succeed)
        reject(error)
      }
      const succeed = (): void => {
        server.off('error', fail)
        resolve()
      }
      server.once('error', fail).once('listening', succeed)
      listen(server, this.#address)
    })
  }
}

function exchangeTools({ source, ...tools }: AdminTools, streams: Streams): ExchangeTools {
  const { clock, wallTime, observer } = tools
  const shared = sharedSource(source)
  const failed = (error: unknown): void => {
    const reason = error instanceof Error ? error.message : String(error)
    observer.warning(`the live view failed: ${reason}`, {})
  }
  const live = new LiveViews({
    services: () => shared.services(),
    journal: shared.journal,
    clock,
    wallTime,
    failed,
  })
  return { ...tools, source: shared, streams, live }
}

function listen(server: Server, address: AdminAddress): void {
  if (address.kind === 'inet') {
    server.listen(address.port, address.host === '*' ? undefined : address.host)
    return
  }
  // The file is made within the call, so that nobody else can connect even for a moment.
  const mask = process.umask(0o177)
  try {
    server.listen(address.path)
  } finally {
    process.umask(mask)
  }
}

/** A longer path would be cut off in silence, and the socket be somewhere else. */
function checkLength(path: string): void {
  if (Buffer.byteLength(path) <= LONGEST_PATH) return
  throw Object.assign(new Error(`listen ENAMETOOLONG: ${path}`), { code: 'ENAMETOOLONG', path })
}
