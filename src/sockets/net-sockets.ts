import { createServer, type ListenOptions, type Server } from 'node:net'
import type { Endpoint } from '../core/backend.js'
import { NetSocket, STREAM_OPTIONS } from './net-socket.js'
import {
  BACKLOG,
  type Acceptor,
  type ListenPoint,
  type SocketOwner,
  type StreamServer,
  type StreamSocket,
  type StreamSockets,
} from './stream-socket.js'

/** Sockets of node:net: the only ones for unix sockets, and all there is where the runtime keeps its own to itself. */
export const netSockets: StreamSockets = {
  connect(endpoint: Endpoint, localAddress: string | undefined, owner: SocketOwner): StreamSocket {
    return NetSocket.connect(endpoint, localAddress, owner)
  },

  async listen(where: ListenPoint, acceptor: Acceptor): Promise<StreamServer> {
    const isUnix = 'path' in where
    const options = { ...STREAM_OPTIONS, pauseOnConnect: true, noDelay: true, keepAlive: true }
    const server = createServer(options, socket => acceptor.accepted(new NetSocket(socket, isUnix)))
    await listening(server, { ...where, backlog: BACKLOG })
    server.on('error', error => acceptor.failed(codeOf(error)))
    return { bound: boundTo(server), close: () => void server.close() }
  },
}

function listening(server: Server, options: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(options, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function boundTo(server: Server): StreamServer['bound'] {
  const bound = server.address()
  return bound === null || typeof bound === 'string' ? { address: bound ?? '', port: undefined } : bound
}

function codeOf(error: NodeJS.ErrnoException): string {
  return error.code ?? error.message
}
