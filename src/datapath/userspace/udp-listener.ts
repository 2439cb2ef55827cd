import type { RemoteInfo, Socket } from 'node:dgram'
import { plainAddress } from '../../core/address.js'
import { formatHostPort, type BackendName } from '../../core/backend.js'
import { addBelow, type Count } from '../../core/count.js'
import type { Lease } from '../../core/lease.js'
import type { Drop, Refusal } from '../../core/outcome.js'
import type { ServicePath } from './service-path.js'
import { UdpSession, type UdpClient } from './udp-session.js'
import { createListenerSocket, hasRoomToSend } from './udp-socket.js'

/** Whether an address and port belong to a UDP listener of this process. */
export type IsOurs = (address: string, port: number) => boolean

/** The backends that a client is not to get. */
interface Shunned {
  /** The one it is to be moved away from, if there is another. */
  readonly left: BackendName | undefined
  /** Those that could not be reached for the datagrams at hand. */
  readonly failed: ReadonlySet<BackendName>
}

const NONE: Shunned = { left: undefined, failed: new Set() }

/** One local address that UDP clients write to, and the sessions of those clients. */
export class UdpListener {
  readonly #wanted: string
  #path: ServicePath
  readonly #isOurs: IsOurs
  readonly #isShared: boolean
  readonly #count: Count
  #socket: Socket
  readonly #sessions = new Map<string, UdpSession>()
  #isRetired = false
  #isClosed = false

  /**
   * @param isShared whether other sockets may be bound to the same address and port
   * @param count of its sessions, and of those of others that are to close when it does
   */
  constructor(path: ServicePath, address: string, isOurs: IsOurs, isShared: boolean, count: Count) {
    this.#count = count
    this.#path = path
    this.#wanted = address
    this.#isOurs = isOurs
    this.#isShared = isShared
    this.#socket = createListenerSocket(address, isShared)
  }

  /** The bound address in its canonical form, as datagrams show it. */
  get address(): string {
    return this.#socket.address().address
  }

  get port(): number {
    return this.#socket.address().port
  }

  /** Those of the clients that it has now. */
  get sessions(): Iterable<UdpSession> {
    return this.#sessions.values()
  }

  /** Gives new clients to this service from now on; those of another keep their sessions there. */
  serve(path: ServicePath): void {
    this.#path = path
    this.#isRetired = false
  }

  /** Takes no new client until {@link serve}. */
  retire(): void {
    this.#isRetired = true
  }

  /** Binds; rejects with the system's error. @param port 0 = any free one */
  start(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.once('error', reject)
      this.#socket.bind({ address: this.#wanted, port, exclusive: true }, () => {
        this.#socket.off('error', reject)
        this.#socket.on('error', error => {
          this.#path.tools.observer.warning(`UDP listener failed: ${error.message}`, {
            address: this.address,
          })
        })
        this.#socket.on('message', this.#onDatagram)
        resolve()
      })
    })
  }

  /** Binds anew, as if it came last of those that share the port. Its sessions go on; rejects with the system's error. */
  rebind(): Promise<void> {
    const { port } = this
    this.#socket.close()
    this.#socket = createListenerSocket(this.#wanted, this.#isShared)
    return this.start(port)
  }

  /** Closes the socket; sessions that are left can no longer answer. Harmless when repeated. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#socket.close()
  }

  /** Ends the sessions of an address that the machine no longer has, and closes. */
  abandon(): void {
    for (const session of [...this.#sessions.values()]) session.abort('killed')
    this.close()
  }

  readonly #onDatagram = (datagram: Buffer, remote: RemoteInfo): void => {
    const key = `${remote.address}:${remote.port}`
    const session = this.#sessions.get(key)
    const standing = session?.standing() ?? 'expired'
    if (session !== undefined && standing === 'here') session.send(datagram)
    else if (standing === 'drop') this.#path.counters.dropped('backend-down')
    else if (session !== undefined && standing === 'left') this.#move(session, key, datagram, remote)
    else this.#greet(key, datagram, remote)
  }

  /** A datagram of a client that has no session. */
  #greet(key: string, datagram: Buffer, remote: RemoteInfo): void {
    if (remote.port === 0 || this.#isOurs(remote.address, remote.port)) this.#path.counters.dropped('loop')
    else if (this.#path.stopping || this.#isRetired) this.#refuse('shutdown', remote)
    else if (!this.#path.take('udp')) this.#refuse('limit', remote)
    else this.#admit(key, datagram, remote, NONE)
  }

  /** Gives a client another backend, in the place that it has if that is one of this service. */
  #move(session: UdpSession, key: string, datagram: Buffer, remote: RemoteInfo): void {
    if (!session.isOf(this.#path)) {
      session.abort('backend-down')
      return this.#greet(key, datagram, remote)
    }
    session.forsake()
    this.#admit(key, datagram, remote, { ...NONE, left: session.backend })
  }

  /** A place was taken for the client. */
  #admit(key: string, datagram: Buffer, remote: RemoteInfo, shunned: Shunned): void {
    const lease = acquire(this.#path, remote, shunned)
    if (lease !== undefined) this.#open(key, lease, [datagram], remote, shunned)
    else {
      this.#path.vacate('udp')
      this.#refuse('no-backend', remote)
    }
  }

  #refuse(reason: Refusal & Drop, remote: RemoteInfo): void {
    this.#path.counters.dropped(reason)
    this.#path.refused('udp', reason, nameOf(remote))
  }

  /** Begins a session in a place that was taken, and again on another backend for as long as one cannot be reached. */
  #open(key: string, lease: Lease, datagrams: readonly Buffer[], remote: RemoteInfo, shunned: Shunned): void {
    const path = this.#path
    const client: UdpClient = {
      from: nameOf(remote),
      reply: reply => this.#reply(reply, remote),
      forget: ended => {
        if (this.#sessions.get(key) !== ended) return
        this.#sessions.delete(key)
        this.#count.subtract()
      },
      redirect: (backend, early) => {
        const others = { ...shunned, failed: new Set(shunned.failed).add(backend) }
        const next = path === this.#path ? acquire(path, remote, others) : undefined
        if (next !== undefined) this.#open(key, next, early, remote, others)
        else {
          path.vacate('udp')
          early.forEach(() => path.counters.dropped('send-failed'))
        }
      },
    }
    const session = new UdpSession(path, client, lease)
    if (!this.#sessions.has(key)) addBelow(this.#count, Infinity)
    this.#sessions.set(key, session)
    session.open()
    for (const datagram of datagrams) session.send(datagram)
  }

  #reply(reply: Buffer, { port, address }: RemoteInfo): void {
    if (!this.#isClosed && hasRoomToSend(this.#socket))
      this.#socket.send(reply, port, address, this.#onReplied)
    else this.#path.counters.dropped('send-failed')
  }

  readonly #onReplied = (error: Error | null): void => {
    if (error !== null) this.#path.counters.dropped('send-failed')
  }
}

function acquire(
  { balancer }: ServicePath,
  { address, port }: RemoteInfo,
  { left, failed }: Shunned,
): Lease | undefined {
  const client = { address: plainAddress(address), port }
  const moved = left === undefined ? undefined : balancer.acquire(client, new Set([...failed, left]))
  return moved ?? balancer.acquire(client, failed)
}

function nameOf({ address, port }: RemoteInfo): string {
  return formatHostPort(plainAddress(address), port)
}
