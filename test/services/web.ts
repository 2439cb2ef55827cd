import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'

/** A web server that answers with its name, and echoes what is sent to it. */
export interface WebServer {
  readonly port: number
  readonly requests: () => number
  /** Stops at once, with all its connections. */
  close(): Promise<void>
}

export async function startWeb(t: Test, name: string): Promise<WebServer> {
  let requests = 0
  const server = createServer((request, response) => {
    requests += 1
    response.setHeader('x-backend', name)
    if (request.method === 'POST') request.pipe(response)
    else response.end(`${name}\n`)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  t.teardown(() => close(server))
  const { port } = server.address() as AddressInfo
  return { port, requests: () => requests, close: () => close(server) }
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}
