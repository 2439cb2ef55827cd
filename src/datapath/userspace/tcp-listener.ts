import { createServer, type ListenOptions, type Server, type Socket } from 'node:net'
import { plainAddress } from '../../core/address.js'
import { formatHostPort } from '../../core/backend.js'
import type { ListeningFact } from '../../core/observer.js'
import type { Listener } from '../../core/service.js'
import { bindError, removeStale } from '../../unix-socket.js'
import { BindError } from '../datapath.js'
import { resetNow } from './reset-queue.js'
import type { ServicePath } from './service-path.js'
import { HIGH_WATER } from './socket-owner.js'
import { TcpArrival } from './tcp-arrival.js'

/** How many connections the kernel keeps for us; it takes fewer where net.core.somaxconn says so. */
const BACKLOG = 4096

/** What binding `::` fails with on a machine without IPv6. */
const WITHOUT_IPV6: ReadonlySet<string> = new Set(['EAFNOSUPPORT', 'EADDRNOTAVAIL'])

/** Accepts TCP clients, and clients of a unix socket, and hands each to an arrival of its service. */
export class TcpListener {
  readonly #path: ServicePath
  readonly #listener: Listener
  readonly #server: Server

  constructor(path: ServicePath, listener: Listener) {
    this.#path = path
    this.#listener = listener
    this.#server = createServer(
      {
        allowHalfOpen: true,
        pauseOnConnect: true,
        noDelay: true,
        keepAlive: true,
        highWaterMark: HIGH_WATER,
      },
      socket => this.#accept(socket),
    )
  }

  /** Binds; rejects with a BindError. */
  async start(): Promise<ListeningFact> {
    const { url } = this.#listener
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
    const listener = this.#listener
    try {
      await this.#bindOnce()
    } catch (error) {
      const cause = listener.protocol === 'unix' ? bindError(listener.path, error) : error
      throw new BindError(listener.url, codeOf(cause), { cause })
    }
  }

  /** The first try may meet the file of a process that was killed, or a machine without IPv6. */
  async #bindOnce(): Promise<void> {
    const listener = this.#listener
    try {
      await this.#listen(listenOptions(listener, '::'))
    } catch (error) {
      if (listener.protocol === 'unix') {
        if (codeOf(error) !== 'EADDRINUSE' || !(await removeStale(listener.path))) throw error
      } else if (listener.host !== '*' || !WITHOUT_IPV6.has(codeOf(error))) throw error
      await this.#listen(listenOptions(listener, '0.0.0.0'))
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
