import { createServer, type ListenOptions, type Server, type Socket } from 'node:net'
import { plainAddress } from '../../core/address.js'
import { formatHostPort } from '../../core/backend.js'
import type { ListeningFact } from '../../core/observer.js'
import type { Listener } from '../../core/service.js'
import { BindError } from '../datapath.js'
import { resetNow } from './reset-queue.js'
import type { ServicePath } from './service-path.js'
import { TcpArrival } from './tcp-arrival.js'
import { freeStalePath } from './stale-socket.js'

/** How many connections the kernel keeps for us; it takes fewer where net.core.somaxconn says so. */
const BACKLOG = 4096

/** Accepts TCP clients, and clients of a unix socket, and hands each to an arrival of its service. */
export class TcpListener {
  readonly #path: ServicePath
  readonly #listener: Listener
  readonly #server: Server

  constructor(path: ServicePath, listener: Listener) {
    this.#path = path
    this.#listener = listener
    this.#server = createServer(
      { allowHalfOpen: true, pauseOnConnect: true, noDelay: true, keepAlive: true },
      socket => this.#accept(socket),
    )
  }

  /** Binds; rejects with a BindError. */
  async start(): Promise<ListeningFact> {
    const { url } = this.#listener
    if (this.#listener.protocol === 'unix') await freeStalePath(this.#listener.path)
    await this.#bind()
    this.#server.on('error', error => {
      this.#path.tools.observer.warning(`accepting on ${url} failed: ${error.message}`, { listener: url })
    })
    const bound = this.#server.address()
    const [address, port] =
      bound === null || typeof bound === 'string' ? [bound ?? '', undefined] : [bound.address, bound.port]
    return { service: this.#path.service.name, listener: url, address, port }
  }

  /** Takes no new client; those it accepted go on. */
  stop(): void {
    this.#server.close()
  }

  async #bind(): Promise<void> {
    try {
      await this.#listen(listenOptions(this.#listener, '::'))
    } catch (error) {
      const code = codeOf(error)
      const isWithoutIPv6 = code === 'EAFNOSUPPORT' || code === 'EADDRNOTAVAIL'
      if (!isWithoutIPv6 || this.#listener.protocol === 'unix' || this.#listener.host !== '*') {
        throw new BindError(this.#listener.url, code, { cause: error })
      }
      await this.#listen(listenOptions(this.#listener, '0.0.0.0')).catch((cause: unknown) => {
        throw new BindError(this.#listener.url, codeOf(cause), { cause })
      })
    }
  }

  #listen(options: ListenOptions): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(options, () => {
        this.#server.off('error', reject)
        resolve()
      })
    })
  }

  #accept(socket: Socket): void {
    const address = plainAddress(socket.remoteAddress ?? '')
    const port = socket.remotePort ?? 0
    const from = this.#listener.protocol === 'unix' ? 'unix' : formatHostPort(address, port)
    const path = this.#path
    if (path.places.tcp.size >= path.service.maxConnections || path.stopping) {
      path.refused('tcp', path.stopping ? 'shutdown' : 'limit', from)
      resetNow(socket)
      return
    }
    new TcpArrival(path, socket, { address, port }, from).open()
  }
}

function listenOptions(listener: Listener, anyAddress: string): ListenOptions {
  if (listener.protocol === 'unix') return { path: listener.path, backlog: BACKLOG }
  return { host: listener.host === '*' ? anyAddress : listener.host, port: listener.port, backlog: BACKLOG }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error)
}
