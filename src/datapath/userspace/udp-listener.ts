import type { RemoteInfo, Socket } from 'node:dgram'
import { plainAddress } from '../../core/address.js'
import { formatHostPort, type BackendName } from '../../core/backend.js'
import type { ServicePath } from './service-path.js'
import { UdpSession, type UdpClient } from './udp-session.js'
import { createListenerSocket } from './udp-socket.js'

/** Whether an address and port belong to a UDP listener of this process. */
export type IsOurs = (address: string, port: number) => boolean

/** One local address that UDP clients write to, and the sessions of those clients. */
export class UdpListener {
  readonly address: string
  readonly #path: ServicePath
  readonly #isOurs: IsOurs
  readonly #socket: Socket
  readonly #sessions = new Map<string, UdpSession>()
  #isClosed = false

  constructor(path: ServicePath, address: string, isOurs: IsOurs) {
    this.#path = path
    this.address = address
    this.#isOurs = isOurs
    this.#socket = createListenerSocket(address)
  }

  get port(): number {
    return this.#socket.address().port
  }

  /** Binds; rejects with the system's error. @param port 0 = any free one */
  start(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.once('error', reject)
      this.#socket.bind({ address: this.address, port, exclusive: true }, () => {
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

  /** Closes the socket; sessions that are left can no longer answer. Harmless when repeated. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#socket.close()
  }

  /** Ends the sessions of an address that the machine no longer has, and closes. */
  abandon(): void {
    for (const session of [...this.#sessions.values()]) session.abort('shutdown')
    this.close()
  }

  readonly #onDatagram = (datagram: Buffer, remote: RemoteInfo): void => {
    const key = `${remote.address}:${remote.port}`
    const session = this.#sessions.get(key)
    if (session !== undefined) {
      const standing = session.standing()
      if (standing === 'here') {
        session.send(datagram)
        return
      }
      if (standing === 'drop') {
        this.#path.counters.dropped('backend-down')
        return
      }
      this.#admit(key, datagram, remote, new Set([session.backend]))
      return
    }
    if (this.#isOurs(remote.address, remote.port)) {
      this.#path.counters.dropped('loop')
      return
    }
    this.#admit(key, datagram, remote)
  }

  #admit(key: string, datagram: Buffer, remote: RemoteInfo, tried?: ReadonlySet<BackendName>): void {
    const { service, balancer, counters, stopping } = this.#path
    const address = plainAddress(remote.address)
    const client: UdpClient = {
      from: formatHostPort(address, remote.port),
      reply: (reply, sent) => {
        if (!this.#isClosed) this.#socket.send(reply, remote.port, remote.address, sent)
      },
      forget: ended => {
        if (this.#sessions.get(key) === ended) this.#sessions.delete(key)
      },
    }
    if (stopping || this.#path.places.udp.size >= service.maxUdpSessions) {
      const reason = stopping ? 'shutdown' : 'limit'
      counters.dropped(reason)
      this.#path.refused('udp', reason, client.from)
      return
    }
    const who = { address, port: remote.port }
    const lease = (tried && balancer.acquire(who, tried)) ?? balancer.acquire(who)
    if (lease === undefined) {
      counters.dropped('no-backend')
      this.#path.refused('udp', 'no-backend', client.from)
      return
    }
    const session = new UdpSession(this.#path, client, lease)
    this.#sessions.set(key, session)
    session.open()
    session.send(datagram)
  }
}
