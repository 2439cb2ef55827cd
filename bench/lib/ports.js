import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** @import { Member } from './crew.js' */

/** All traffic stays here. */
export const HOST = '127.0.0.1'

/** Below the ports the system gives to clients, or a connection of the load could hold the port of a target. */
const FIRST_PORT = 20_000
const LAST_PORT = 32_000
const READY_MILLIS = 10_000

/** A port that is free for TCP and UDP just now. */
export async function freePort() {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = randomInt(FIRST_PORT, LAST_PORT)
    if ((await isFreeForTcp(port)) && (await isFreeForUdp(port))) return port
  }
  throw new Error(`no free port between ${FIRST_PORT} and ${LAST_PORT}`)
}

/**
 * What takes clients on a port: a backend, or a balancer before it.
 * @typedef {object} Server
 * @property {number} port
 * @property {() => readonly number[]} pids its processes; throws when it has ended
 */

/**
 * Waits until a process serves a port; throws with its output when it ends before or takes too long.
 * @param {Member} member
 * @param {'tcp' | 'udp'} protocol
 * @param {number} port
 * @returns {Promise<Server>}
 */
export async function serving(member, protocol, port) {
  const serves = protocol === 'tcp' ? acceptsTcp : answersUdp
  const deadline = performance.now() + READY_MILLIS
  while (performance.now() < deadline && member.running()) {
    if (await serves(port)) return { port, pids: member.pids }
    await sleep(20)
  }
  throw new Error(`${member.child.spawnfile} does not serve ${protocol} port ${port}: ${member.output()}`)
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

/**
 * @param {number} port
 * @returns {Promise<boolean>}
 */
function acceptsTcp(port) {
  return new Promise(resolve => {
    const socket = connect(port, HOST)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

/**
 * @param {number} port
 * @returns {Promise<boolean>}
 */
async function answersUdp(port) {
  const socket = createSocket('udp4')
  try {
    socket.send('ready?', port, HOST)
    await once(socket, 'message', { signal: AbortSignal.timeout(100) })
    return true
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') return false
    throw error
  } finally {
    socket.close()
  }
}
