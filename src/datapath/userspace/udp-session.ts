import type { Socket } from 'node:dgram'
import type { Millis } from '../../clock.js'
import type { BackendName } from '../../core/backend.js'
import type { Lease } from '../../core/lease.js'
import { isLocalTrouble } from '../../core/local-trouble.js'
import type { EndReason } from '../../core/outcome.js'
import type { BackendCounters } from './counters.js'
import type { ServicePath, Session } from './service-path.js'
import type { Sweepable } from './sweeper.js'
import { createSessionSocket } from './udp-socket.js'

/** A client at a listener, as a session sees it. */
export interface UdpClient {
  /** As logs show it. */
  readonly from: string
  /** Sends a reply from the address that the client wrote to. */
  reply(datagram: Buffer, sent: (error: Error | null) => void): void
  /** The session is over: the client's next datagram starts another. */
  forget(session: UdpSession): void
}

/**
 * What becomes of a session whose backend is down: `here` = go on, `drop` = the datagram is dropped,
 * `gone` = the session ended and the client is to be given another backend.
 */
export type Standing = 'here' | 'drop' | 'gone'

/** One client's datagrams to one backend and back. Owns its connected socket and its lease. */
export class UdpSession implements Session, Sweepable {
  readonly #path: ServicePath
  readonly #client: UdpClient
  readonly #lease: Lease
  readonly #counters: BackendCounters
  readonly #socket: Socket
  readonly #openedAt: Millis
  #lastActive: Millis
  /** When the backend last refused a datagram and did not answer since. */
  #refusedAt: Millis | undefined
  #bytesToBackend = 0
  #bytesToClient = 0
  #over = false
  #isConnected = false
  readonly #early: Buffer[] = []

  constructor(path: ServicePath, client: UdpClient, lease: Lease) {
    this.#path = path
    this.#client = client
    this.#lease = lease
    this.#counters = path.counters.backend(lease.backend.name)
    this.#openedAt = path.tools.clock.now()
    this.#lastActive = path.sweepers.udp.now()
    const { endpoint } = lease.backend.backend
    this.#socket = createSessionSocket(endpoint.kind === 'inet' ? endpoint.family : 4)
  }

  get backend(): BackendName {
    return this.#lease.backend.name
  }

  /** Takes a place and connects. */
  open(): void {
    const { endpoint } = this.#lease.backend.backend
    this.#counters.sessions.udp.opened()
    this.#path.enter('udp', this)
    this.#path.sweepers.udp.add(this)
    this.#lastActive = this.#path.sweepers.udp.now()
    this.#lease.onRevoked = reason => {
      if (reason === 'killed') this.#end(reason)
    }
    this.#socket.on('error', this.#onError)
    this.#socket.on('message', this.#onReply)
    this.#socket.once('connect', this.#onConnect)
    const { sendSource } = this.#path.service
    if (sendSource !== undefined) this.#socket.bind({ address: sendSource, port: 0, exclusive: true })
    if (endpoint.kind === 'inet') this.#socket.connect(endpoint.port, endpoint.host)
  }

  /** Whether a datagram of the client may go this way now; ends the session when it may not. */
  standing(): Standing {
    const now = this.#path.sweepers.udp.now()
    if (now - this.#lastActive >= this.#path.service.udpIdleTimeout) {
      this.#end('idle-timeout')
      return 'gone'
    }
    const isDown = !this.#lease.backend.healthy || this.#isRefusing(now)
    if (!isDown) return 'here'
    const { udpOnDown } = this.#path.service
    if (udpOnDown === 'pin') return 'here'
    if (udpOnDown === 'drop') {
      this.#lastActive = now
      return 'drop'
    }
    this.#end('backend-down')
    return 'gone'
  }

  /** Passes a datagram of the client on. */
  send(datagram: Buffer): void {
    this.#lastActive = this.#path.sweepers.udp.now()
    if (this.#isConnected) this.#pass(datagram)
    else this.#early.push(datagram)
  }

  sweep(now: Millis): void {
    if (now - this.#lastActive >= this.#path.service.udpIdleTimeout) this.#end('idle-timeout')
  }

  abort(reason: EndReason): void {
    this.#end(reason)
  }

  readonly #onConnect = (): void => {
    this.#isConnected = true
    for (const datagram of this.#early.splice(0)) this.#pass(datagram)
  }

  readonly #onReply = (datagram: Buffer): void => {
    this.#lastActive = this.#path.sweepers.udp.now()
    this.#refusedAt = undefined
    this.#bytesToClient += datagram.length
    this.#counters.sessions.udp.bytesToClient += datagram.length
    this.#counters.datagramsToClient++
    this.#path.absolve(this.backend)
    this.#client.reply(datagram, this.#onReplied)
  }

  /** An ICMP refusal arrives here: without this listener it would end the process. */
  readonly #onError = (error: NodeJS.ErrnoException): void => {
    const code = error.code ?? error.message
    this.#counters.connectFailed(code)
    if (!this.#isConnected) this.#abandonEarly()
    if (isLocalTrouble(code)) return
    this.#refusedAt = this.#path.sweepers.udp.now()
    this.#path.blame(this.backend, `datagram refused (${code})`)
  }

  /** The kernel hands an ICMP refusal of an earlier datagram to the next send, which it then does not do. */
  readonly #onPassed = (error: NodeJS.ErrnoException | null): void => {
    if (error === null || this.#over) return
    this.#path.counters.dropped('send-failed')
    this.#onError(error)
  }

  readonly #onReplied = (error: Error | null): void => {
    if (error !== null) this.#path.counters.dropped('send-failed')
  }

  #pass(datagram: Buffer): void {
    this.#bytesToBackend += datagram.length
    this.#counters.sessions.udp.bytesToBackend += datagram.length
    this.#counters.datagramsToBackend++
    this.#socket.send(datagram, this.#onPassed)
  }

  #abandonEarly(): void {
    while (this.#early.pop() !== undefined) this.#path.counters.dropped('send-failed')
    this.#end('backend-down')
  }

  #isRefusing(now: Millis): boolean {
    if (this.#refusedAt === undefined) return false
    if (now - this.#refusedAt < this.#path.service.probe.downInterval) return true
    this.#refusedAt = undefined
    return false
  }

  #end(reason: EndReason): void {
    if (this.#over) return
    this.#over = true
    this.#socket.close()
    this.#counters.sessions.udp.ended(reason)
    this.#path.sweepers.udp.remove(this)
    this.#client.forget(this)
    const durationMs = this.#path.tools.clock.now() - this.#openedAt
    this.#path.counters.lasted('udp', durationMs)
    this.#path.release(this.#lease)
    this.#path.leave('udp', this)
    if (!this.#path.tools.accessLog) return
    this.#path.tools.observer.session({
      service: this.#path.service.name,
      protocol: 'udp',
      client: this.#client.from,
      backend: this.backend,
      reason,
      connectMs: 0,
      durationMs,
      bytesToBackend: this.#bytesToBackend,
      bytesToClient: this.#bytesToClient,
      attempts: 1,
    })
  }
}
