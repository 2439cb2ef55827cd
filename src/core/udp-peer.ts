/** An address and port as a UDP socket tells them. */
export interface UdpAddress {
  readonly address: string
  readonly port: number
}

/**
 * Whom a connected UDP socket talks to. The kernel filters what others send from then on, but what they sent between
 * bind and connect is in the queue already.
 */
export class UdpPeer {
  readonly #address: string
  readonly #port: number

  /** @param remote what the socket is connected to */
  constructor({ address, port }: UdpAddress) {
    this.#address = withoutZone(address)
    this.#port = port
  }

  /** Whether a datagram is from the peer. */
  sent({ address, port }: UdpAddress): boolean {
    return port === this.#port && (address === this.#address || withoutZone(address) === this.#address)
  }
}

/** A link-local address can come with the interface in its name or as its number. */
function withoutZone(address: string): string {
  const zone = address.indexOf('%')
  return zone < 0 ? address : address.slice(0, zone)
}
