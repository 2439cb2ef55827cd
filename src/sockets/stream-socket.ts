import type { Endpoint } from '../core/backend.js'

/** One end of a connection. */
export interface SocketAddress {
  readonly address: string
  readonly port: number
}

/** Whoever a socket belongs to at the moment, and is told of what becomes of it. */
export interface SocketOwner {
  onConnect?(): void
  /** Takes a chunk; returns whether it has left for the kernel, so that its memory may be used again. */
  onData?(chunk: Buffer): boolean
  /** The other side sends nothing any more, and did not break: a reset is an error. */
  onEnd?(): void
  /** All that was written has left for the kernel. */
  onDrain?(): void
  /** It broke, or did not connect; it closes by itself. */
  onError(code: string): void
  /** The last event: the descriptor is free. */
  onClose(): void
}

/**
 * A TCP or unix socket. Each side ends by itself; it closes when both have. What was closed or reset ignores all calls.
 * A call may tell the owner of an error, or of the close, before it returns.
 */
export interface StreamSocket {
  owner: SocketOwner
  /** A unix socket has no address and no reset. */
  readonly isUnix: boolean
  /** Whether it is closed or reset, or will be without further ado. */
  readonly isGone: boolean
  /** Whether anything was ever written to it. */
  readonly hasWritten: boolean
  /** Bytes that wait in user space to be sent. */
  readonly waiting: number
  /** Whether no more should be written until {@link SocketOwner.onDrain}. */
  readonly isFull: boolean
  /** Undefined for a unix socket, and where the system does not know it any more. Asked for at the first use. */
  readonly local: SocketAddress | undefined
  readonly remote: SocketAddress | undefined
  /** Sends, now or later; returns whether all has left for the kernel. It must not be written to while it is full. */
  write(chunk: Buffer): boolean
  /** Says that nothing more is sent after what waits. Not before {@link SocketOwner.onConnect}. */
  end(): void
  /** Reads nothing from now on. Then what broke goes unnoticed. */
  pause(): void
  /** Reads from now on; at first nothing is read. What was read and did not leave must have left by then. */
  resume(): void
  /** Finds out whether it broke, if nothing waits. */
  check(): void
  /** Breaks the connection, and throws away what waits. */
  reset(): void
  /** Closes both ways, and throws away what waits in user space. */
  close(): void
}

/** Accepts connections until it is closed. */
export interface StreamServer {
  /** The bound address; the port is undefined for a unix socket. */
  readonly bound: { readonly address: string; readonly port: number | undefined }
  /** Accepts no more. */
  close(): void
}

/** Where to listen. */
export type ListenPoint =
  { readonly host: string; readonly port: number; readonly reusePort: boolean } | { readonly path: string }

/** Whoever a server belongs to. */
export interface Acceptor {
  /** Takes a connection: nothing was read from it, and it needs an owner. */
  accepted(socket: StreamSocket): void
  /** A connection could not be accepted. */
  failed(code: string): void
}

/** A way to get sockets. */
export interface StreamSockets {
  /** Connects and tells the owner how it went, after the call has returned. */
  connect(endpoint: Endpoint, localAddress: string | undefined, owner: SocketOwner): StreamSocket
  /** Rejects with an error that has the system's `code`. */
  listen(where: ListenPoint, acceptor: Acceptor): Promise<StreamServer>
}

/** Whom a socket tells that belongs to nobody yet. */
export const NOBODY: SocketOwner = { onError: () => undefined, onClose: () => undefined }

/** How many connections the kernel keeps for us; it takes fewer where net.core.somaxconn says so. */
export const BACKLOG = 4096
