import { getSystemErrorName } from 'node:util'
import type { Endpoint } from '../core/backend.js'
import { RawSocket } from './raw-socket.js'
import {
  BACKLOG,
  type Acceptor,
  type ListenPoint,
  type SocketOwner,
  type StreamServer,
  type StreamSocket,
  type StreamSockets,
} from './stream-socket.js'
import type { AddressOut, Status, TcpBinding, TcpHandle } from './tcp-binding.js'

/** TCP sockets on the runtime's own handles; unix sockets, which these are not, come from elsewhere. */
export class RawSockets implements StreamSockets {
  readonly #binding: TcpBinding
  readonly #unix: StreamSockets

  constructor(binding: TcpBinding, unix: StreamSockets) {
    this.#binding = binding
    this.#unix = unix
  }

  connect(endpoint: Endpoint, localAddress: string | undefined, owner: SocketOwner): StreamSocket {
    return endpoint.kind === 'unix'
      ? this.#unix.connect(endpoint, localAddress, owner)
      : RawSocket.connect(this.#binding, endpoint, localAddress, owner)
  }

  /** Async, so that what is wrong rejects. */
  async listen(where: ListenPoint, acceptor: Acceptor): Promise<StreamServer> {
    if ('path' in where) return this.#unix.listen(where, acceptor)
    const { TCP, constants } = this.#binding
    const { host, port, reusePort } = where
    const handle = new TCP(constants.SERVER)
    const flags = reusePort ? (constants.UV_TCP_REUSEPORT ?? 0) : 0
    const bound: AddressOut = {}
    const status =
      (host.includes(':') ? handle.bind6(host, port, flags) : handle.bind(host, port, flags)) ||
      this.#start(handle, acceptor) ||
      handle.getsockname(bound)
    if (status !== 0) {
      handle.close()
      throw systemError('listen', status)
    }
    return {
      bound: { address: bound.address ?? host, port: bound.port ?? port },
      close: () => handle.close(),
    }
  }

  #start(handle: TcpHandle, acceptor: Acceptor): Status {
    // Accepted sockets have both from the one they were accepted by.
    handle.setNoDelay(true)
    handle.setKeepAlive(true, 0)
    handle.onconnection = (status, accepted) => {
      if (status === 0) acceptor.accepted(new RawSocket(this.#binding, accepted, undefined))
      else acceptor.failed(getSystemErrorName(status))
    }
    return handle.listen(BACKLOG)
  }
}

function systemError(call: string, status: Status): NodeJS.ErrnoException {
  const code = getSystemErrorName(status)
  return Object.assign(new Error(`${call} ${code}`), { code })
}
