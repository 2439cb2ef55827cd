import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { createLatencies } from './latencies.js'
import { serve } from './serve.js'

/** @import { Load, LoadOptions } from './generators.js' */

const DATAGRAM_BYTES = 100
const LOST_MILLIS = 1_000

serve(run)

/**
 * Each client has one datagram under way; what has no echo in time counts as lost and the next one leaves.
 * @param {LoadOptions} options
 * @returns {Promise<Load>}
 */
async function run({ host, port, connections, seconds }) {
  const latencies = createLatencies()
  let count = 0
  let errors = 0
  const clients = await Promise.all(Array.from({ length: connections }, () => openClient(host, port)))
  const startedAt = performance.now()
  const until = startedAt + seconds * 1000

  for (const client of clients) {
    client.socket.on('error', () => errors++)
    client.socket.on('message', datagram => {
      // A late echo of a datagram that already counts as lost.
      if (datagram.length !== DATAGRAM_BYTES || datagram.readUInt32LE() !== client.sequence) return
      const now = performance.now()
      count++
      latencies.record(now - client.sentAt)
      if (now < until) send(client, now)
    })
    send(client, performance.now())
  }
  for (let now = startedAt; now < until; now = performance.now()) {
    await sleep(Math.min(20, until - now))
    for (const client of clients.filter(({ sentAt }) => performance.now() - sentAt > LOST_MILLIS)) {
      errors++
      send(client, performance.now())
    }
  }
  const took = (performance.now() - startedAt) / 1000
  for (const client of clients) client.socket.close()
  return { count, seconds: took, p50: latencies.percentile(50), p99: latencies.percentile(99), errors }
}

/**
 * @param {string} host
 * @param {number} port
 */
async function openClient(host, port) {
  const socket = createSocket('udp4')
  socket.connect(port, host)
  await once(socket, 'connect')
  return { socket, datagram: Buffer.alloc(DATAGRAM_BYTES, '.'), sequence: 0, sentAt: 0 }
}

/**
 * @param {Awaited<ReturnType<typeof openClient>>} client
 * @param {number} now
 */
function send(client, now) {
  client.sequence++
  client.sentAt = now
  client.datagram.writeUInt32LE(client.sequence)
  client.socket.send(client.datagram)
}
