import type { RemoteInfo, Socket } from 'node:dgram'

/**
 * Whom a connected socket talks to. The kernel filters what others send from then on, but what they sent between bind
 * and connect is in the queue already.
 */
export class UdpPeer {
  readonly #address: string
  readonly #port: number

  /** @param socket connected */
  constructor(socket: Socket) {
    const { address, port } = socket.remoteAddress()
    this.#address = withoutZone(address)
    this.#port = port
  }

  /** Whether a datagram is from the peer. */
  sent({ address, port }: RemoteInfo): boolean {
    return port === this.#port && (address === this.#address || withoutZone(address) === this.#address)
  }
}

/** A link-local address can come with the interface in its name or as its number. */
function withoutZone(address: string): string {
  const zone = address.indexOf('%')
  return zone < 0 ? address : address.slice(0, zone)
}
