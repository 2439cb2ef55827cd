import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'

/** Below the range the kernel takes client ports from, so that no connection of a test takes it in the meantime. */
const LOWEST = 12_000
const HIGHEST = 32_000

/** A port of 127.0.0.1 that is free for TCP and for UDP: for servers that cannot be asked to take any. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST))
    if ((await isFreeForTcp(port)) && (await isFreeForUdp(port))) return port
  }
}

async function isFreeForTcp(port: number): Promise<boolean> {
  const server = createServer()
  return settled(once(server.listen(port, '127.0.0.1'), 'listening'), () => server.close())
}

async function isFreeForUdp(port: number): Promise<boolean> {
  const socket = createSocket('udp4')
  socket.bind(port, '127.0.0.1')
  return settled(once(socket, 'listening'), () => socket.close())
}

async function settled(bound: Promise<unknown>, close: () => void): Promise<boolean> {
  try {
    await bound
    close()
    return true
  } catch {
    return false
  }
}
