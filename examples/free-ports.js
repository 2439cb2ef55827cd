import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'

/** Prints ports of 127.0.0.1 that are free for TCP and for UDP, one per line. */
const wanted = Number(process.argv[2] ?? 1)
/** @type {Set<number>} */
const found = new Set()
while (found.size < wanted) {
  const port = 12_000 + Math.floor(Math.random() * 20_000)
  if ((await isFreeForTcp(port)) && (await isFreeForUdp(port))) found.add(port)
}
for (const port of found) console.log(port)

/** @param {number} port */
async function isFreeForTcp(port) {
  const server = createServer()
  return settled(once(server.listen(port, '127.0.0.1'), 'listening'), () => server.close())
}

/** @param {number} port */
async function isFreeForUdp(port) {
  const socket = createSocket('udp4')
  socket.bind(port, '127.0.0.1')
  return settled(once(socket, 'listening'), () => socket.close())
}

/**
 * @param {Promise<unknown>} bound
 * @param {() => void} close
 */
async function settled(bound, close) {
  try {
    await bound
    close()
    return true
  } catch {
    return false
  }
}
