import { createSocket, type Socket } from 'node:dgram'
import type { ListeningFact } from '../../core/observer.js'
import { placesOf, type Listener, type Service } from '../../core/service.js'
import type { Acceptor, StreamServer } from '../../sockets/stream-socket.js'
import { streamSockets } from '../../sockets/stream-sockets.js'
import { bindEverywhere, codeOf } from '../binding.js'
import { BindError } from '../datapath.js'
import type { Entrance } from './rules.js'

type InetListener = Extract<Listener, { readonly protocol: 'tcp' | 'udp' }>

/** What is bound for one listener. */
interface Open {
  readonly port: number
  readonly address: string
  close(): void
}

/** The ruleset takes all that comes for a listener: whoever gets here came when there was none. */
const NOBODY_ENTERS: Acceptor = {
  accepted: socket => socket.reset(),
  failed: () => undefined,
}

/**
 * Where clients come in. The kernel sends them on before any socket sees them; the sockets that are bound here reserve the
 * ports, so that no other process can take them, and find a free one for port 0. They close with the process.
 */
export class Entrances {
  #open = new Map<string, Open>()
  #next: { readonly kept: Map<string, Open>; readonly opened: readonly Open[] } | undefined

  /** Binds what is not bound yet, or nothing, and rejects with a BindError. {@link commit} or {@link rollback} comes next. */
  async prepare(services: readonly Service[]): Promise<readonly ListeningFact[]> {
    const kept = new Map<string, Open>()
    const opened: Open[] = []
    const facts: ListeningFact[] = []
    this.#next = { kept, opened }
    try {
      for (const service of services) {
        const places = placesOf(service)
        for (const [index, listener] of service.listeners.entries()) {
          if (listener.protocol === 'unix') continue
          const place = places[index] ?? ''
          let open = this.#open.get(place)
          if (open === undefined) opened.push((open = await bind(listener)))
          kept.set(place, open)
          facts.push({
            service: service.name,
            listener: listener.url,
            address: open.address,
            port: open.port,
          })
        }
      }
    } catch (error) {
      this.rollback()
      throw error
    }
    return facts
  }

  /** What was prepared for a service, in the words of its ruleset; what is not bound has the port that it was given. */
  of(service: Service): readonly Entrance[] {
    const places = placesOf(service)
    const open = this.#next?.kept ?? this.#open
    return service.listeners.flatMap((listener, index) => {
      if (listener.protocol === 'unix') return []
      const { protocol, host, port } = listener
      return [{ protocol, host, port: open.get(places[index] ?? '')?.port ?? port }]
    })
  }

  /** What was prepared holds from now on; the ports of the others are free. */
  commit(): void {
    if (this.#next === undefined) return
    const { kept } = this.#next
    const before = this.#open
    this.#open = kept
    this.#next = undefined
    for (const [place, open] of before) if (kept.get(place) !== open) open.close()
  }

  /** Closes what was prepared. */
  rollback(): void {
    for (const open of this.#next?.opened ?? []) open.close()
    this.#next = undefined
  }

  close(): void {
    this.rollback()
    for (const open of this.#open.values()) open.close()
    this.#open.clear()
  }
}

async function bind(listener: InetListener): Promise<Open> {
  const { protocol, host, port, url } = listener
  const bindHost = protocol === 'tcp' ? bindTcp : bindUdp
  try {
    if (host === '*') return await bindEverywhere(each => bindHost(each, port))
    return await bindHost(host, port)
  } catch (error) {
    throw new BindError(url, codeOf(error), { cause: error })
  }
}

async function bindTcp(host: string, port: number): Promise<Open> {
  const server: StreamServer = await streamSockets.listen({ host, port, reusePort: false }, NOBODY_ENTERS)
  return { address: server.bound.address, port: server.bound.port ?? port, close: () => server.close() }
}

function bindUdp(host: string, port: number): Promise<Open> {
  const socket: Socket = createSocket(host.includes(':') ? 'udp6' : 'udp4')
  return new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.bind({ address: host, port, exclusive: true }, () => {
      socket.off('error', reject)
      socket.on('error', () => undefined)
      const { address, port: bound } = socket.address()
      resolve({ address, port: bound, close: () => socket.close() })
    })
  })
}
