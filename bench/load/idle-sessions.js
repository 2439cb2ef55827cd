import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect } from 'node:net'
import { serve } from './serve.js'

const AT_ONCE = 50
const ANSWER_MILLIS = 1_000
const ATTEMPTS = 5

/** Keeps the sockets from the garbage collector. */
/** @type {unknown[]} */
const held = []

serve(open)

/**
 * Opens sessions and keeps them until this process ends. One counts when a byte from the backend arrived.
 * @param {{ host: string, port: number, protocol: 'tcp' | 'udp', sessions: number, from?: string }} options
 *   from: the local address of UDP sockets; the system's choice when left out
 */
async function open({ host, port, protocol, sessions, from }) {
  let opened = 0
  const openOne = protocol === 'tcp' ? openTcp : openUdp
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (opened < sessions) {
        opened++
        held.push(await openOne(host, port, from))
      }
    }),
  )
  return held.length
}

/**
 * @param {string} host
 * @param {number} port
 */
async function openTcp(host, port) {
  const socket = connect(port, host)
  await once(socket, 'data', { signal: AbortSignal.timeout(ATTEMPTS * ANSWER_MILLIS) })
  return socket
}

/**
 * @param {string} host
 * @param {number} port
 * @param {string | undefined} from
 */
async function openUdp(host, port, from) {
  const socket = createSocket('udp4')
  if (from !== undefined) socket.bind(0, from)
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    socket.send('idle', port, host)
    try {
      await once(socket, 'message', { signal: AbortSignal.timeout(ANSWER_MILLIS) })
      return socket
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'AbortError') throw error
    }
  }
  throw new Error(`no echo from UDP port ${port}`)
}
