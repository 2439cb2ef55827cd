import { getSystemErrorName } from 'node:util'
import type { Endpoint } from '../core/backend.js'
import { ReadBuffer } from './read-buffer.js'
import { NOBODY, type SocketAddress, type SocketOwner, type StreamSocket } from './stream-socket.js'
import type { AddressOut, Request, Status, TcpBinding, TcpHandle } from './tcp-binding.js'

const NOTHING = Buffer.alloc(0)

/** What the runtime tells of the end of a stream. */
const EOF: Status = -4095

/** What writing fails with once the other side has broken the connection. */
const BROKEN: ReadonlySet<string> = new Set(['EPIPE', 'ECONNRESET'])

const SOCKET = Symbol('socket')

/** The runtime calls functions with a handle or a request as `this`: so it says whose that is, and none is a closure. */
interface Owned {
  [SOCKET]?: RawSocket
}

type Handle = TcpHandle & Owned
type WriteRequest = Request & Owned & { chunk?: Buffer }

/** A write that is over at once leaves its request unused: this one is for all of them. */
let unused: WriteRequest | undefined

/** The handle whose data came last of all. */
let lastRead: TcpHandle | undefined

/** A TCP socket on a handle of the runtime, without a stream: what it reads and writes costs no more than it must. */
export class RawSocket implements StreamSocket {
  readonly isUnix = false
  owner: SocketOwner
  isGone = false
  readonly #binding: TcpBinding
  readonly #handle: Handle
  #buffer: ReadBuffer | undefined
  #isReading = false
  #hasEnded = false
  /** Writes that wait. */
  #writes = 0
  #isEnding = false
  #isShuttingDown = false
  /** Why nothing can be sent any more, while what came before is still being read; 0 as long as it can. */
  #broken: Status = 0
  /** A reset waits for the shutdown: together they would never close. */
  #isResetDue = false
  #local: SocketAddress | undefined
  #remote: SocketAddress | undefined

  /** @param handle connected, or to be connected */
  constructor(binding: TcpBinding, handle: TcpHandle, owner: SocketOwner = NOBODY) {
    this.#binding = binding
    this.#handle = handle
    this.#handle[SOCKET] = this
    this.owner = owner
  }

  static connect(
    binding: TcpBinding,
    { family, host, port }: Extract<Endpoint, { readonly kind: 'inet' }>,
    localAddress: string | undefined,
    owner: SocketOwner,
  ): RawSocket {
    const handle: Handle = new binding.TCP(binding.constants.SOCKET)
    const socket = new RawSocket(binding, handle, owner)
    const request: Request & Owned = new binding.TCPConnectWrap()
    request[SOCKET] = socket
    request.oncomplete = RawSocket.#onConnect
    let status: Status = 0
    if (localAddress !== undefined)
      status = family === 4 ? handle.bind(localAddress, 0, 0) : handle.bind6(localAddress, 0, 0)
    if (status === 0)
      status = family === 4 ? handle.connect(request, host, port) : handle.connect6(request, host, port)
    if (status !== 0) queueMicrotask(() => socket.#fail(status))
    return socket
  }

  get hasWritten(): boolean {
    return !this.isGone && this.#handle.bytesWritten > 0
  }

  get waiting(): number {
    return this.isFull ? this.#handle.writeQueueSize : 0
  }

  get isFull(): boolean {
    return this.#writes > 0 && !this.isGone
  }

  get local(): SocketAddress | undefined {
    if (this.#local === undefined && !this.isGone) {
      const out: AddressOut = {}
      this.#local = addressFrom(this.#handle.getsockname(out), out)
    }
    return this.#local
  }

  get remote(): SocketAddress | undefined {
    if (this.#remote === undefined && !this.isGone) {
      const out: AddressOut = {}
      this.#remote = addressFrom(this.#handle.getpeername(out), out)
    }
    return this.#remote
  }

  write(chunk: Buffer): boolean {
    if (this.isGone || this.#broken !== 0) return true
    const { streamBaseState, kLastWriteWasAsync, WriteWrap } = this.#binding
    const request: WriteRequest = (unused ??= new WriteWrap())
    const status = this.#handle.writeBuffer(request, chunk)
    if (status !== 0) {
      this.#break(status)
      return true
    }
    if (streamBaseState[kLastWriteWasAsync] === 0) return true
    unused = undefined
    request[SOCKET] = this
    request.oncomplete = RawSocket.#onWritten
    request.chunk = chunk
    this.#writes++
    return false
  }

  end(): void {
    if (this.isGone || this.#isEnding) return
    this.#isEnding = true
    this.#finish()
  }

  pause(): void {
    if (!this.#isReading || this.isGone) return
    this.#isReading = false
    this.#handle.readStop()
  }

  resume(): void {
    if (this.#isReading || this.#hasEnded || this.isGone) return
    this.#isReading = true
    if (this.#buffer === undefined) {
      this.#buffer = new ReadBuffer()
      this.#handle.onread = RawSocket.#onRead
      this.#handle.useUserBuffer(this.#buffer.next)
    }
    this.#handle.readStart()
  }

  check(): void {
    if (this.#broken !== 0 && !this.#isReading) this.#fail(this.#broken)
    else if (!this.#isEnding && this.#writes === 0) this.write(NOTHING)
  }

  reset(): void {
    if (this.isGone) return
    this.pause()
    this.isGone = true
    if (this.#isShuttingDown) this.#isResetDue = true
    else this.#resetNow()
  }

  close(): void {
    if (this.isGone) return
    this.isGone = true
    this.#handle.close()
    this.owner.onClose()
  }

  #resetNow(): void {
    this.#handle.reset()
    this.owner.onClose()
  }

  /** When both sides have ended, closing says so without a shutdown of its own. */
  #finish(): void {
    if (!this.#isEnding || this.#writes > 0 || this.isGone) return
    if (this.#hasEnded) {
      this.close()
      return
    }
    const request: Request & Owned = new this.#binding.ShutdownWrap()
    request[SOCKET] = this
    request.oncomplete = RawSocket.#onShutdown
    this.#isShuttingDown = this.#handle.shutdown(request) === 0
  }

  /** What the other side sent before it broke the connection is still there to be read, and then an end. */
  #break(status: Status): void {
    if (this.#isReading && BROKEN.has(getSystemErrorName(status))) this.#broken = status
    else this.#fail(status)
  }

  #fail(status: Status): void {
    if (this.isGone) return
    this.isGone = true
    this.#handle.close()
    this.owner.onError(getSystemErrorName(status))
    this.owner.onClose()
  }

  #received(length: number): Buffer | undefined {
    lastRead = this.#handle
    const buffer = (this.#buffer ??= new ReadBuffer())
    const before = buffer.next
    const chunk = buffer.chunk(length)
    if (this.owner.onData?.(chunk) === false) buffer.keep(chunk, this.#isReading)
    return buffer.next === before ? undefined : buffer.next
  }

  #ended(): void {
    this.#isReading = false
    if (this.#broken !== 0) {
      this.#fail(this.#broken)
      return
    }
    if (lastRead === this.#handle) {
      // It was told together with data, by a signal that is the same for a reset: only a read can tell which it is.
      lastRead = undefined
      this.resume()
      return
    }
    this.#hasEnded = true
    this.owner.onEnd?.()
    this.#finish()
  }

  static readonly #onConnect = function (this: Owned, status: Status): void {
    const socket = this[SOCKET]
    if (socket === undefined || socket.isGone) return
    if (status !== 0) {
      socket.#fail(status)
      return
    }
    socket.#handle.setNoDelay(true)
    socket.#handle.setKeepAlive(true, 0)
    socket.owner.onConnect?.()
  }

  static readonly #onRead = function (this: Handle): Buffer | undefined {
    const socket = this[SOCKET]
    if (socket === undefined || socket.isGone) return undefined
    const { streamBaseState, kReadBytesOrError } = socket.#binding
    const status = streamBaseState[kReadBytesOrError] ?? 0
    if (status > 0) return socket.#received(status)
    if (status === EOF) socket.#ended()
    else if (status < 0) socket.#fail(status)
    return undefined
  }

  static readonly #onWritten = function (this: WriteRequest, status: Status): void {
    const socket = this[SOCKET]
    if (socket === undefined || socket.isGone) return
    socket.#writes--
    if (status !== 0) socket.#break(status)
    else if (socket.#writes === 0) {
      socket.owner.onDrain?.()
      socket.#finish()
    }
  }

  /** One that failed needs no word: then reading fails as well, after what is still to be read. */
  static readonly #onShutdown = function (this: Owned): void {
    const socket = this[SOCKET]
    if (socket === undefined) return
    socket.#isShuttingDown = false
    // A reset that had to wait; a close did not.
    if (socket.#isResetDue) socket.#resetNow()
  }
}

function addressFrom(status: Status, { address, port }: AddressOut): SocketAddress | undefined {
  return status === 0 && address !== undefined && port !== undefined ? { address, port } : undefined
}
