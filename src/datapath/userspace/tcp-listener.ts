import type { Millis } from '../../clock.js'
import type { ListeningFact } from '../../core/observer.js'
import type { Listener } from '../../core/service.js'
import { bindPath } from '../../unix-socket.js'
import type { Acceptor, StreamServer, StreamSocket } from '../../sockets/stream-socket.js'
import { streamSockets } from '../../sockets/stream-sockets.js'
import { bindEverywhere, codeOf } from '../binding.js'
import { BindError } from '../datapath.js'
import { Deadlines } from './deadlines.js'
import type { ServicePath } from './service-path.js'
import type { Sharing } from './sharing.js'
import { fromOf, TcpArrival } from './tcp-arrival.js'

/** Accepts TCP clients, and clients of a unix socket, and hands each to an arrival of its service. */
export class TcpListener implements Acceptor {
  #path: ServicePath
  #listener: Listener
  readonly #sharing: Sharing
  #deadlines: Deadlines
  #connectTimeout: Millis
  #server: StreamServer | undefined
  #isStopped = false

  constructor(path: ServicePath, listener: Listener, sharing: Sharing) {
    this.#path = path
    this.#listener = listener
    this.#sharing = sharing
    this.#connectTimeout = path.service.connectTimeout
    this.#deadlines = new Deadlines(path.tools.clock, this.#connectTimeout)
  }

  get service(): string {
    return this.#path.service.name
  }

  /** Where it is bound; undefined before {@link start}. */
  get fact(): ListeningFact | undefined {
    if (this.#server === undefined) return undefined
    return { service: this.service, listener: this.#listener.url, ...this.#server.bound }
  }

  /** Binds; rejects with a BindError. */
  async start(): Promise<void> {
    const server = await this.#bind()
    this.#server = server
    if (this.#isStopped) server.close()
  }

  serve(path: ServicePath, url: string): void {
    this.#path = path
    this.#listener = { ...this.#listener, url }
    const { connectTimeout } = path.service
    if (connectTimeout === this.#connectTimeout) return
    // Those under way keep the time they were given.
    this.#deadlines.stop()
    this.#connectTimeout = connectTimeout
    this.#deadlines = new Deadlines(path.tools.clock, connectTimeout)
  }

  /** TCP clients have a socket of their own: nothing of those it accepted is left here. */
  retire(): boolean {
    this.close()
    return true
  }

  /** Takes no new client; those it accepted go on. */
  close(): void {
    this.#isStopped = true
    this.#server?.close()
    this.#deadlines.stop()
  }

  /** Closes; what it accepted is its service's. */
  abandon(): void {
    this.close()
  }

  accepted(socket: StreamSocket): void {
    const path = this.#path
    if (path.stopping || !path.take('tcp')) {
      path.refused('tcp', path.stopping ? 'shutdown' : 'limit', fromOf(socket))
      socket.reset()
      return
    }
    new TcpArrival(path, socket, this.#deadlines).open()
  }

  failed(code: string): void {
    const { url } = this.#listener
    this.#path.tools.observer.warning(`accepting on ${url} failed: ${code}`, { listener: url })
  }

  async #bind(): Promise<StreamServer> {
    const listener = this.#listener
    try {
      if (listener.protocol === 'unix') {
        const { path } = listener
        return await bindPath(path, () => streamSockets.listen({ path }, this))
      }
      if (listener.host === '*') {
        return await bindEverywhere(host => this.#bindHost(host, listener.port))
      }
      return await this.#bindHost(listener.host, listener.port)
    } catch (error) {
      throw new BindError(listener.url, codeOf(error), { cause: error })
    }
  }

  async #bindHost(host: string, port: number): Promise<StreamServer> {
    const wanted = this.#sharing === 'founds' ? await this.#claim(host, port) : port
    return streamSockets.listen({ host, port: wanted, reusePort: this.#sharing !== 'alone' }, this)
  }

  /** Makes sure that nobody else has the port, which a shared one would not show. */
  async #claim(host: string, port: number): Promise<number> {
    const claim = await streamSockets.listen({ host, port, reusePort: false }, this)
    claim.close()
    return claim.bound.port ?? port
  }
}
