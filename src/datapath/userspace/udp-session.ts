import type { RemoteInfo, Socket } from 'node:dgram'
import type { Millis } from '../../clock.js'
import type { BackendName } from '../../core/backend.js'
import type { Lease } from '../../core/lease.js'
import type { EndReason } from '../../core/outcome.js'
import { UdpPeer } from '../../core/udp-peer.js'
import type { BackendCounters } from './counters.js'
import type { ServicePath, Session } from './service-path.js'
import type { Sweepable } from './sweeper.js'
import type { BoundSocket } from './udp-kernel-drops.js'
import { isRefusal, refusalSpan } from './udp-refusal.js'
import { createSessionSocket, hasRoomToSend } from './udp-socket.js'

/** A client at a listener, as a session sees it. */
export interface UdpClient {
  /** As logs show it. */
  readonly from: string
  /** Sends a reply from the address that the client wrote to. */
  reply(datagram: Buffer): void
  /** The session is over: the client's next datagram starts another. */
  forget(session: UdpSession): void
  /** The backend cannot be reached, so the session ended without passing these datagrams on: another may, in its place. */
  redirect(backend: BackendName, datagrams: readonly Buffer[]): void
}

/**
 * What becomes of a client's next datagram: `here` = it goes this way, `drop` = it is dropped, `expired` = the session
 * was silent for too long and has ended, `left` = its backend is down: it is to be forsaken for another one.
 */
export type Standing = 'here' | 'drop' | 'expired' | 'left'

/** One client's datagrams to one backend and back. Owns its connected socket and its lease. */
export class UdpSession implements Session, Sweepable, BoundSocket {
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
  #isOver = false
  #port = 0
  /** undefined until the socket is connected. */
  #peer: UdpPeer | undefined
  /** What came before the socket was connected. */
  readonly #early: Buffer[] = []

  constructor(path: ServicePath, client: UdpClient, lease: Lease) {
    this.#path = path
    this.#client = client
    this.#lease = lease
    this.#counters = path.counters.backend(lease.backend.name)
    this.#openedAt = path.tools.clock.now()
    this.#lastActive = path.sweepers.udp.now()
    const { endpoint } = lease
    this.#socket = createSessionSocket(endpoint.kind === 'inet' ? endpoint.family : 4)
  }

  /** Whether it is one of this service: its listener may have gone over to another. */
  isOf(path: ServicePath): boolean {
    return path === this.#path
  }

  get backend(): BackendName {
    return this.#lease.backend.name
  }

  get address(): string {
    return this.#socket.address().address
  }

  /** The local port towards the backend; 0 until it is connected. */
  get port(): number {
    return this.#port
  }

  /** Takes a place and connects; the session may be over when this returns. */
  open(): void {
    const { endpoint } = this.#lease
    this.#path.enter('udp', this)
    this.#path.sweepers.udp.add(this)
    this.#lastActive = this.#path.sweepers.udp.now()
    this.#lease.onRevoked = reason => {
      if (reason === 'killed') this.abort(reason)
    }
    this.#socket.on('error', this.#onError)
    this.#socket.on('message', this.#onReply)
    this.#socket.once('connect', this.#onConnect)
    const { sendSource } = this.#path.service
    if (sendSource !== undefined) this.#socket.bind({ address: sendSource, port: 0, exclusive: true })
    // A bind fails at once, and what is closed cannot be connected.
    if (!this.#isOver && endpoint.kind === 'inet') this.#socket.connect(endpoint.port, endpoint.host)
  }

  /** What becomes of the client's next datagram; ends the session when it has expired. */
  standing(): Standing {
    const now = this.#path.sweepers.udp.now()
    if (this.#expires(now)) return 'expired'
    const { udpOnDown } = this.#path.service
    const isDown = (this.#lease.isCurrent && !this.#lease.backend.healthy) || this.#isRefusing(now)
    if (!isDown || udpOnDown === 'pin') return 'here'
    if (udpOnDown === 'drop') {
      this.#lastActive = now
      return 'drop'
    }
    return 'left'
  }

  /** Ends the session because its backend is down. Its place stays taken: it is the caller's. */
  forsake(): void {
    this.#end('backend-down', true)
  }

  /** Passes a datagram of the client on. */
  send(datagram: Buffer): void {
    this.#lastActive = this.#path.sweepers.udp.now()
    if (this.#peer !== undefined) this.#pass(datagram)
    else if (this.#isOver) this.#path.counters.dropped('send-failed')
    else this.#early.push(datagram)
  }

  sweep(now: Millis): void {
    this.#expires(now)
  }

  abort(reason: EndReason): void {
    this.#end(reason, false)
  }

  #end(reason: EndReason, keepsPlace: boolean): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#socket.close()
    this.#path.sweepers.udp.remove(this)
    this.#client.forget(this)
    while (this.#early.pop() !== undefined) this.#path.counters.dropped('send-failed')
    if (this.#peer !== undefined) this.#conclude(reason)
    this.#path.release(this.#lease)
    if (keepsPlace) this.#path.handOver('udp', this)
    else this.#path.leave('udp', this)
  }

  readonly #onConnect = (): void => {
    if (this.#isOver) return
    this.#peer = new UdpPeer(this.#socket.remoteAddress())
    this.#port = this.#socket.address().port
    this.#counters.sessions.udp.opened()
    for (const datagram of this.#early.splice(0)) this.#pass(datagram)
  }

  readonly #onReply = (datagram: Buffer, from: RemoteInfo): void => {
    if (this.#peer?.sent(from) !== true) return
    const now = this.#path.sweepers.udp.now()
    if (this.#expires(now)) return
    this.#lastActive = now
    this.#refusedAt = undefined
    this.#bytesToClient += datagram.length
    this.#counters.sessions.udp.bytesToClient += datagram.length
    this.#counters.datagramsToClient++
    this.#path.absolve(this.#lease)
    this.#client.reply(datagram)
  }

  /** An ICMP refusal arrives here: without this listener it would end the process. */
  readonly #onError = (error: NodeJS.ErrnoException): void => {
    const code = error.code ?? error.message
    this.#counters.connectFailed(code)
    const isBlamed = isRefusal(code)
    if (isBlamed) this.#refusedAt = this.#path.sweepers.udp.now()
    const isConnected = this.#peer !== undefined
    const movesOn = !isConnected && isBlamed && this.#path.service.udpOnDown === 'rehome'
    const moving = movesOn ? this.#early.splice(0) : []
    if (!isConnected) this.#end('backend-down', moving.length > 0)
    if (isBlamed) this.#path.blame(this.#lease, `datagram refused (${code})`)
    if (moving.length > 0) this.#client.redirect(this.backend, moving)
  }

  /** The kernel hands an ICMP refusal of an earlier datagram to the next send, which it then does not do. */
  readonly #onPassed = (error: NodeJS.ErrnoException | null, bytes: number): void => {
    if (error === null) {
      this.#bytesToBackend += bytes
      this.#counters.sessions.udp.bytesToBackend += bytes
      this.#counters.datagramsToBackend++
      return
    }
    this.#path.counters.dropped('send-failed')
    if (!this.#isOver && isRefusal(error.code ?? '')) this.#onError(error)
  }

  #pass(datagram: Buffer): void {
    if (hasRoomToSend(this.#socket)) this.#socket.send(datagram, this.#onPassed)
    else this.#path.counters.dropped('send-failed')
  }

  /** Ends the session if it was silent for too long, which only now may have come to light. */
  #expires(now: Millis): boolean {
    if (now - this.#lastActive < this.#path.service.udpIdleTimeout) return false
    this.abort('idle-timeout')
    return true
  }

  #isRefusing(now: Millis): boolean {
    return this.#refusedAt !== undefined && now - this.#refusedAt < refusalSpan(this.#path.service)
  }

  #conclude(reason: EndReason): void {
    this.#counters.sessions.udp.ended(reason)
    const durationMs = this.#path.tools.clock.now() - this.#openedAt
    this.#path.counters.lasted('udp', durationMs)
    if (!this.#path.tools.terms.accessLog) return
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
