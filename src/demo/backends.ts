import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:http'
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

interface Running {
  readonly port: number
  close(): Promise<unknown>
}

/** Answers each HTTP request with its name. */
export function startWebBackend(name: string): Promise<DemoBackend> {
  return startBackend(name, async wanted => {
    const server = createServer((_request, response) => {
      response.setHeader('connection', 'close')
      response.end(`hello from ${name}\n`)
    }).listen(wanted, HOST)
    await once(server, 'listening')
    return {
      port: (server.address() as AddressInfo).port,
      close() {
        const closed = once(server, 'close')
        server.close()
        server.closeAllConnections()
        return closed
      },
    }
  })
}

/** Answers each datagram with its name and what it was sent. */
export function startGameBackend(name: string): Promise<DemoBackend> {
  return startBackend(name, async wanted => {
    const socket = createSocket('udp4')
    socket.on('message', (datagram, { address, port }) => {
      socket.send(`${name} heard: ${datagram.toString().trimEnd()}\n`, port, address)
    })
    socket.bind(wanted, HOST)
    await once(socket, 'listening')
    return {
      port: socket.address().port,
      close() {
        const closed = once(socket, 'close')
        socket.close()
        return closed
      },
    }
  })
}

/** @param open opens the server at a port, 0 = any free one */
async function startBackend(name: string, open: (port: number) => Promise<Running>): Promise<DemoBackend> {
  let running: Running | undefined = await open(0)
  const { port } = running
  return {
    name,
    port,
    get isRunning() {
      return running !== undefined
    },
    async start() {
      running ??= await open(port)
    },
    async stop() {
      const stopped = running
      running = undefined
      await stopped?.close()
    },
  }
}
