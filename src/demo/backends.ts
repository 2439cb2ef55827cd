import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

const HOST = '127.0.0.1'

/** A server of the demo that can be stopped and started again at the same port. */
export interface DemoBackend {
  readonly name: string
  readonly port: number
  readonly isRunning: boolean
  /** Breaks its connections and frees its port, as a crash would. */
  stop(): Promise<void>
  start(): Promise<void>
}

/** Answers each HTTP request with its name. */
export async function startWebBackend(name: string): Promise<DemoBackend> {
  let server: Server | undefined
  let port = 0
  const start = async (): Promise<void> => {
    server = createServer((_request, response) => {
      response.setHeader('connection', 'close')
      response.end(`hello from ${name}\n`)
    })
    server.listen(port, HOST)
    await once(server, 'listening')
    port = (server.address() as AddressInfo).port
  }
  await start()
  return {
    name,
    get port() {
      return port
    },
    get isRunning() {
      return server !== undefined
    },
    start,
    async stop() {
      const closed = server && once(server, 'close')
      server?.close()
      server?.closeAllConnections()
      server = undefined
      await closed
    },
  }
}

/** Answers each datagram with its name and what it was sent. */
export async function startGameBackend(name: string): Promise<DemoBackend> {
  let socket: Socket | undefined
  let port = 0
  const start = async (): Promise<void> => {
    const opened = createSocket('udp4')
    opened.on('message', (datagram, { address, port: client }) => {
      opened.send(`${name} heard: ${datagram.toString().trimEnd()}\n`, client, address)
    })
    opened.bind(port, HOST)
    await once(opened, 'listening')
    port = opened.address().port
    socket = opened
  }
  await start()
  return {
    name,
    get port() {
      return port
    },
    get isRunning() {
      return socket !== undefined
    },
    start,
    async stop() {
      const closed = socket && once(socket, 'close')
      socket?.close()
      socket = undefined
      await closed
    },
  }
}
