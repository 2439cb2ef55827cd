import { platform } from 'node:os'

/** What every call on a handle returns: 0, or the negative number of an error (node:util, getSystemErrorName). */
export type Status = number

/** What the system tells of an address. */
export interface AddressOut {
  address?: string
  port?: number
}

/** Stays with the runtime until `oncomplete` was called with it as `this`. */
export interface Request {
  oncomplete: ((this: never, status: Status) => void) | undefined
}

/** A TCP socket, or a listening one, of libuv. */
export interface TcpHandle {
  /** Called with each new connection. */
  onconnection: (this: TcpHandle, status: Status, accepted: TcpHandle) => void
  /** Called when something was read into the buffer, see `kReadBytesOrError`; returns the next buffer, if it changes. */
  onread: (this: TcpHandle) => Buffer | undefined
  readonly bytesWritten: number
  /** Bytes of pending writes. */
  readonly writeQueueSize: number
  bind(address: string, port: number, flags: number): Status
  bind6(address: string, port: number, flags: number): Status
  listen(backlog: number): Status
  connect(request: Request, address: string, port: number): Status
  connect6(request: Request, address: string, port: number): Status
  getsockname(out: AddressOut): Status
  getpeername(out: AddressOut): Status
  setNoDelay(on: boolean): Status
  setKeepAlive(on: boolean, delay: number): Status
  /** To be called once; the caller keeps the buffer alive. */
  useUserBuffer(buffer: Buffer): void
  readStart(): Status
  readStop(): Status
  /** Tries to send at once; the caller keeps the chunk alive while the rest of it waits, see `kLastWriteWasAsync`. */
  writeBuffer(request: Request, chunk: Buffer): Status
  shutdown(request: Request): Status
  close(closed?: (this: TcpHandle) => void): void
  /** Sends a reset. Must not be called while a shutdown is under way: the handle would never close. */
  reset(closed?: (this: TcpHandle) => void): Status
}

/** The parts of the runtime that node:net is made of. */
export interface TcpBinding {
  readonly TCP: new (type: number) => TcpHandle
  readonly TCPConnectWrap: new () => Request
  readonly WriteWrap: new () => Request
  readonly ShutdownWrap: new () => Request
  readonly constants: {
    readonly SOCKET: number
    readonly SERVER: number
    /** Since Node.js 22.12. */
    readonly UV_TCP_REUSEPORT?: number
  }
  /** What the last call, or the call of `onread`, tells beside its result. */
  readonly streamBaseState: Int32Array
  /** Places in that: bytes read, or a negative number; and whether a part of the write still waits. */
  readonly kReadBytesOrError: number
  readonly kLastWriteWasAsync: number
}

/** Gives away the runtime's own parts by name. */
export type BindingSource = (name: 'tcp_wrap' | 'stream_wrap') => unknown

/** As the runtime has it; its types leave this out. */
declare const process: { readonly binding: BindingSource }

const METHODS = [
  ...['bind', 'bind6', 'listen', 'connect', 'connect6', 'getsockname', 'getpeername'],
  ...['setNoDelay', 'setKeepAlive', 'useUserBuffer', 'readStart', 'readStop', 'writeBuffer', 'shutdown'],
  ...['close', 'reset'],
]
const NUMBERS = ['kReadBytesOrError', 'kLastWriteWasAsync']

/**
 * The runtime's own sockets without the streams that node:net makes of them; undefined where they cannot be had.
 *
 * They are no public interface: `process.binding` is deprecated in the documentation, refused under the permission
 * model, and may go one day. They are used because streams take a quarter of the CPU of a relay, and cannot read into
 * one buffer for all accepted clients. Without them everything works on node:net (net-sockets.ts), at that price.
 * What they must offer is looked at once, here; only on Linux is it known to behave as raw-sockets.ts expects.
 */
export function tcpBinding(source: BindingSource = process.binding): TcpBinding | undefined {
  if (platform() !== 'linux') return undefined
  try {
    const binding = { ...asRecord(source('tcp_wrap')), ...asRecord(source('stream_wrap')) }
    return isComplete(binding) ? binding : undefined
  } catch {
    // Refused, or gone.
    return undefined
  }
}

function isComplete(binding: object): binding is TcpBinding {
  const all = asRecord(binding)
  const constants = asRecord(all['constants'])
  const methods = asRecord(asRecord(all['TCP'])['prototype'])
  return (
    all['streamBaseState'] instanceof Int32Array &&
    ['TCP', 'TCPConnectWrap', 'WriteWrap', 'ShutdownWrap'].every(name => typeof all[name] === 'function') &&
    NUMBERS.every(name => typeof all[name] === 'number') &&
    ['SOCKET', 'SERVER'].every(name => typeof constants[name] === 'number') &&
    METHODS.every(name => typeof methods[name] === 'function')
  )
}

/** Whose members, if any, are unknown. */
function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return Object(value) as Readonly<Record<string, unknown>>
}
