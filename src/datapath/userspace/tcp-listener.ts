import { createServer, type AddressInfo, type ListenOptions, type Server, type Socket } from 'node:net'
import { plainAddress } from '../../core/address.js'
import { formatHostPort } from '../../core/backend.js'
import type { ListeningFact } from '../../core/observer.js'
import type { Listener } from '../../core/service.js'
import { bindPath } from '../../unix-socket.js'
import { BindError } from '../datapath.js'
import { resetNow } from './reset-queue.js'
import type { ServicePath } from './service-path.js'
import { sharedPort, type Sharing } from './sharing.js'
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
  readonly #sharing: Sharing
  readonly #server: Server

  constructor(path: ServicePath, listener: Listener, sharing: Sharing) {
    this.#path = path
    this.#listener = listener
    this.#sharing = sharing
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
      if (listener.protocol === 'unix')
        await bindPath(listener.path, () => this.#listen({ path: listener.path }))
      else if (listener.host === '*') await this.#bindEverywhere(listener.port)
      else await this.#bindTo(listener.host, listener.port)
    } catch (error) {
      throw new BindError(listener.url, codeOf(error), { cause: error })
    }
  }

  async #bindEverywhere(port: number): Promise<void> {
    try {
      await this.#bindTo('::', port)
    } catch (error) {
      if (!WITHOUT_IPV6.has(codeOf(error))) throw error
      await this.#bindTo('0.0.0.0', port)
    }
  }

  async #bindTo(host: string, port: number): Promise<void> {
    const wanted = this.#sharing === 'founds' ? await this.#claim(host, port) : port
    await this.#listen({ host, port: wanted, ...sharedPort(this.#sharing !== 'alone') })
  }

  /** Makes sure that nobody else has the port, which a shared one would not show. */
  async #claim(host: string, port: number): Promise<number> {
    await this.#listen({ host, port })
    const claimed = (this.#server.address() as AddressInfo).port
    await new Promise(resolve => this.#server.close(resolve))
    return claimed
  }

  #listen(where: ListenOptions): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen({ ...where, backlog: BACKLOG }, () => {
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
    if (path.stopping || !path.take('tcp')) {
      path.refused('tcp', path.stopping ? 'shutdown' : 'limit', from)
      resetNow(socket)
      return
    }
    new TcpArrival(path, socket, { address, port }, from).open()
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error)
}
