import type { Socket } from 'node:net'

/**
 * Whoever a socket belongs to at the moment. The listeners on a socket are installed once and shared by all sockets;
 * they ask the owner, who changes when a connecting client becomes a session.
 */
export interface SocketOwner {
  onConnect?(): void
  onData?(chunk: Buffer): void
  /** The other side sends nothing any more. */
  onEnd?(): void
  /** All that was written has left for the kernel. */
  onDrain?(): void
  onError(error: NodeJS.ErrnoException): void
  /** The last event: the descriptor is free. */
  onClose(): void
}

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

/** Starts to read: each chunk goes to the owner of that moment. */
export function read(socket: Socket): void {
  socket.on('data', onData)
  socket.resume()
}

/** Tells the owner when the connection stands. */
export function awaitConnect(socket: Socket): void {
  socket.once('connect', onConnect)
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
