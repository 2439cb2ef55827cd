import { connect, type Socket } from 'node:net'
import type { Endpoint } from '../core/backend.js'
import { ReadBuffer } from './read-buffer.js'
import { NOBODY, type SocketAddress, type SocketOwner, type StreamSocket } from './stream-socket.js'

const NOTHING = Buffer.alloc(0)

/** Bytes that may wait in user space for a slow reader before the other side is no longer read from. */
const HIGH_WATER = 16 * 1024

/** A socket is a stream and takes its options, which its own types leave out. */
export const STREAM_OPTIONS = { allowHalfOpen: true, highWaterMark: HIGH_WATER }

const SELF = Symbol('self')

interface OwnedSocket extends Socket {
  [SELF]?: NetSocket
}

/** A socket of node:net. The listeners on it are installed once and shared by all of them. */
export class NetSocket implements StreamSocket {
  readonly isUnix: boolean
  owner: SocketOwner
  readonly #socket: OwnedSocket
  /** It reads through a buffer of ours, as no accepted socket can. */
  readonly #isDialled: boolean
  #isPaused = true
  #isListening = false
  #hasEnded = false
  #isEnding = false
  #isClosed = false

  /** @param owner of a socket that was dialled, which calls {@link received} with what it reads */
  constructor(socket: Socket, isUnix: boolean, owner?: SocketOwner) {
    this.isUnix = isUnix
    this.owner = owner ?? NOBODY
    this.#isDialled = owner !== undefined
    this.#socket = socket
    this.#socket[SELF] = this
    socket.on('end', onEnd).on('drain', onDrain).on('error', onError).on('close', onClose)
  }

  static connect(endpoint: Endpoint, localAddress: string | undefined, owner: SocketOwner): NetSocket {
    const buffer = new ReadBuffer()
    const isUnix = endpoint.kind === 'unix'
    const socket: OwnedSocket = connect({
      ...(isUnix ? { path: endpoint.path } : { host: endpoint.host, port: endpoint.port }),
      ...(localAddress === undefined ? {} : { localAddress }),
      ...{ autoSelectFamily: false, noDelay: true, keepAlive: true },
      ...STREAM_OPTIONS,
      onread: {
        buffer: () => buffer.next,
        callback: length => {
          socket[SELF]?.received(length, buffer)
          return true
        },
      },
    })
    socket.once('connect', onConnect)
    return new NetSocket(socket, isUnix, owner)
  }

  get isGone(): boolean {
    return this.#socket.destroyed
  }

  get hasWritten(): boolean {
    return this.#socket.bytesWritten > 0
  }

  get waiting(): number {
    return this.#socket.writableLength
  }

  get isFull(): boolean {
    return this.#socket.writableNeedDrain
  }

  get local(): SocketAddress | undefined {
    const { localAddress, localPort } = this.#socket
    return addressFrom(localAddress, localPort)
  }

  get remote(): SocketAddress | undefined {
    const { remoteAddress, remotePort } = this.#socket
    return addressFrom(remoteAddress, remotePort)
  }

  write(chunk: Buffer): boolean {
    // What waits keeps the memory that it is in, which is far more than a small chunk.
    const waits = this.#socket.writableLength > 0 && chunk.length < HIGH_WATER
    this.#socket.write(waits ? Buffer.from(chunk) : chunk)
    return this.#socket.writableLength === 0
  }

  end(): void {
    this.#isEnding = true
    // When both sides have ended, closing says so without a shutdown of its own.
    if (this.#hasEnded && this.#socket.writableLength === 0) this.#socket.destroy()
    else this.#socket.end()
  }

  pause(): void {
    this.#isPaused = true
    this.#socket.pause()
  }

  resume(): void {
    this.#isPaused = false
    if (!this.#isDialled && !this.#isListening) this.#socket.on('data', onData)
    this.#isListening = true
    this.#socket.resume()
  }

  /** A unix socket takes nothing any more, not even nothing, once its peer has closed both ways. */
  check(): void {
    if (!this.isUnix && !this.#isEnding && this.#socket.writableLength === 0) this.#socket.write(NOTHING)
  }

  reset(): void {
    if (this.#socket.destroyed) return
    // Meanwhile a reset is refused, and the socket would never close.
    if (isShuttingDown(this.#socket)) setImmediate(() => this.reset())
    else if (this.isUnix) this.#socket.destroy()
    else this.#socket.resetAndDestroy()
  }

  close(): void {
    this.#socket.destroy()
  }

  /** A reset that came together with data looks like an end; a write of nothing fails then, and only then. */
  ended(): void {
    if (this.#isEnding || this.isUnix) this.#end()
    else if (this.#socket.writableLength > 0) setImmediate(() => this.#end())
    else this.#socket.write(NOTHING, error => error ?? this.#end())
  }

  failed(error: NodeJS.ErrnoException): void {
    this.#isClosed = true
    this.owner.onError(error.code ?? error.message)
  }

  closed(): void {
    this.#isClosed = true
    this.owner.onClose()
  }

  received(length: number, buffer: ReadBuffer): void {
    const chunk = buffer.chunk(length)
    if (this.owner.onData?.(chunk) === false) buffer.keep(chunk, !this.#isPaused)
    if (this.#isEnding) this.#readOnNextTurn()
  }

  /**
   * Once our end was sent, nothing can be written to tell a reset from an end. A reset that comes together with data
   * is reported as what it is when reading stops in between.
   */
  #readOnNextTurn(): void {
    this.#socket.pause()
    setImmediate(() => {
      if (!this.#isPaused) this.#socket.resume()
    })
  }

  /** Unless what it was still to be sent failed in the meantime. */
  #end(): void {
    if (this.#isClosed) return
    this.#hasEnded = true
    this.owner.onEnd?.()
  }
}

/** Whether a shutdown is under way. */
function isShuttingDown(socket: Socket): boolean {
  return socket.writableEnded && !socket.writableFinished && socket.writableLength === 0
}

function addressFrom(address: string | undefined, port: number | undefined): SocketAddress | undefined {
  return address === undefined || port === undefined ? undefined : { address, port }
}

function onConnect(this: OwnedSocket): void {
  this[SELF]?.owner.onConnect?.()
}

function onData(this: OwnedSocket, chunk: Buffer): void {
  this[SELF]?.owner.onData?.(chunk)
}

function onEnd(this: OwnedSocket): void {
  this[SELF]?.ended()
}

function onDrain(this: OwnedSocket): void {
  this[SELF]?.owner.onDrain?.()
}

function onError(this: OwnedSocket, error: NodeJS.ErrnoException): void {
  this[SELF]?.failed(error)
}

function onClose(this: OwnedSocket): void {
  this[SELF]?.closed()
}
