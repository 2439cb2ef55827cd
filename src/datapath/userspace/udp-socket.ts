import { createSocket, type Socket, type SocketOptions } from 'node:dgram'

type Lookup = NonNullable<SocketOptions['lookup']>

/** Addresses are literal, so nothing is looked up and a send takes no detour through the resolver. */
const literal: Lookup = (host, _options, done) => done(null, host, host.includes(':') ? 6 : 4)

/** What a listener asks of the kernel for its receive queue; the kernel gives at most net.core.rmem_max. */
const LISTENER_BUFFER = 4 * 1024 * 1024
/** What a session asks for the replies of its backend, which may come in bursts. It costs memory only while it is filled. */
const SESSION_BUFFER = 1024 * 1024

/**
 * A socket that is bound to one local address for many clients.
 *
 * @param isShared several such sockets may be bound to one address and port; the kernel gives each client to one of them
 */
export function createListenerSocket(address: string, isShared: boolean): Socket {
  return createSocket({
    type: address.includes(':') ? 'udp6' : 'udp4',
    ipv6Only: address.includes(':'),
    // Known to Node.js 22.12 and newer, and not to the types of older ones.
    ...(isShared ? { reusePort: true } : {}),
    lookup: literal,
    recvBufferSize: LISTENER_BUFFER,
    sendBufferSize: LISTENER_BUFFER,
  })
}

/** A socket for one session. Once it is connected the kernel filters out what others send. */
export function createSessionSocket(family: 4 | 6): Socket {
  return createSocket({
    type: family === 6 ? 'udp6' : 'udp4',
    lookup: literal,
    recvBufferSize: SESSION_BUFFER,
  })
}

/** Bytes that may wait in user space because the kernel takes no more. */
const MOST_QUEUED = 1024 * 1024

/** Whether a datagram may be sent: what cannot leave is not to pile up. */
export function hasRoomToSend(socket: Socket): boolean {
  return socket.getSendQueueSize() < MOST_QUEUED
}
