import { connect, type IpcSocketConnectOpts, type Socket, type TcpSocketConnectOpts } from 'node:net'
import { readBuffer } from './read-buffer.js'

/**
 * Whoever a socket belongs to at the moment. The listeners on a socket are installed once and shared by all sockets;
 * they ask the owner, who changes when a connecting client becomes a session.
 */
export interface SocketOwner {
  onConnect?(): void
  /** Takes a chunk; returns whether it has left for the kernel, so that its memory may be used again. */
  onData?(chunk: Buffer): boolean
  /** The other side sends nothing any more. */
  onEnd?(): void
  /** All that was written has left for the kernel. */
  onDrain?(): void
  onError(error: NodeJS.ErrnoException): void
  /** The last event: the descriptor is free. */
  onClose(): void
}

/** Bytes that may wait in user space for a slow reader before the other side is no longer read from. */
export const HIGH_WATER = 16 * 1024

const OWNER = Symbol('owner')

interface OwnedSocket extends Socket {
  [OWNER]?: SocketOwner
}

/** Gives a socket to an owner. */
export function own(socket: Socket, owner: SocketOwner): void {
  const owned = socket as OwnedSocket
  const isNew = owned[OWNER] === undefined
  owned[OWNER] = owner
  if (!isNew) return
  socket.on('end', onEnd)
  socket.on('drain', onDrain)
  socket.on('error', onError)
  socket.on('close', onClose)
}

/** Starts to read from an accepted client: each chunk goes to the owner of that moment. */
export function read(socket: Socket): void {
  socket.on('data', onData)
  socket.resume()
}

/** Connects, and tells the owner when the connection stands; reading begins with {@link Socket.resume}. */
export function dial(options: TcpSocketConnectOpts | IpcSocketConnectOpts, owner: SocketOwner): Socket {
  // A socket is a stream and takes its options, which its own types leave out.
  const stream = { highWaterMark: HIGH_WATER, allowHalfOpen: true }
  const socket: OwnedSocket = connect({
    ...options,
    ...stream,
    onread: readBuffer(chunk => socket[OWNER]?.onData?.(chunk) ?? true),
  })
  own(socket, owner)
  socket.once('connect', onConnect)
  return socket
}

function onConnect(this: OwnedSocket): void {
  this[OWNER]?.onConnect?.()
}

function onData(this: OwnedSocket, chunk: Buffer): void {
  this[OWNER]?.onData?.(chunk)
}

function onEnd(this: OwnedSocket): void {
  this[OWNER]?.onEnd?.()
}

function onDrain(this: OwnedSocket): void {
  this[OWNER]?.onDrain?.()
}

function onError(this: OwnedSocket, error: NodeJS.ErrnoException): void {
  this[OWNER]?.onError(error)
}

function onClose(this: OwnedSocket): void {
  this[OWNER]?.onClose()
}
