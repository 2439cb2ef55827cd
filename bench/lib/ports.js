import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'

/** Below the ports the system gives to clients, or a connection of the load could hold the port of a target. */
export const FIRST_PORT = 20_000
const LAST_PORT = 32_000
const HOST = '127.0.0.1'

/** A port of the loopback interface that is free for TCP and UDP just now. */
export async function freePort() {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = randomInt(FIRST_PORT, LAST_PORT)
    if ((await isFreeForTcp(port)) && (await isFreeForUdp(port))) return port
  }
  throw new Error(`no free port between ${FIRST_PORT} and ${LAST_PORT}`)
}

/**
 * @param {number} port
 * @returns {Promise<boolean>}
 */
function isFreeForTcp(port) {
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, HOST, () => server.close(() => resolve(true)))
  })
}

/**
 * @param {number} port
 * @returns {Promise<boolean>}
 */
function isFreeForUdp(port) {
  return new Promise(resolve => {
    const socket = createSocket('udp4')
    socket.once('error', () => resolve(false))
    socket.bind(port, HOST, () => socket.close(() => resolve(true)))
  })
}
