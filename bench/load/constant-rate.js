import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { createLatencies } from './latencies.js'
import { serve } from './serve.js'

/** @import { Load, LoadOptions } from './generators.js' */

const REQUEST = Buffer.from('GET / HTTP/1.1\r\nHost: balancer\r\n\r\n')
const GIVE_UP_MILLIS = 2_000
const TICK_MILLIS = 0.25

serve(run)

/**
 * Sends requests at a rate that does not wait for answers: so many become due each quarter of a millisecond, each leaves on a connection
 * that is free, and its time counts from the moment it was due, whatever kept it.
 * @param {LoadOptions & { rate: number }} options
 * @returns {Promise<Load & { asked: number, lateP99: number }>}
 */
async function run({ host, port, connections, seconds, rate }) {
  const latencies = createLatencies()
  const lateness = createLatencies()
  const clients = await Promise.all(Array.from({ length: connections }, () => openClient(host, port)))
  const ticks = new Worker(new URL('ticks.js', import.meta.url), { workerData: TICK_MILLIS })
  await once(ticks, 'message')
  const total = Math.round(rate * seconds)
  const startedAt = performance.now()
  /** @param {number} index */
  const dueAt = index => startedAt + Math.floor((index * 1000) / rate / TICK_MILLIS) * TICK_MILLIS
  /** @type {typeof clients} */
  const free = []
  let next = 0
  let lookedAt = startedAt
  let count = 0
  let errors = 0

  const sendDue = () => {
    const now = performance.now()
    while (next < total && dueAt(next) <= now) {
      const client = free.pop()
      if (client === undefined) break
      client.dueAt = dueAt(next++)
      client.socket.write(REQUEST)
      // Not the wait for a free connection, for which those who answer are to blame.
      lateness.record(now - Math.max(client.dueAt, lookedAt))
    }
    lookedAt = now
  }
  for (const client of clients) {
    free.push(client)
    client.answered = () => {
      count++
      latencies.record(performance.now() - client.dueAt)
      free.push(client)
      sendDue()
    }
    client.socket.on('close', () => errors++)
  }
  ticks.on('message', sendDue)
  const endsAt = startedAt + seconds * 1000
  while (performance.now() < endsAt) await sleep(5)
  while (free.length + errors < connections && performance.now() < endsAt + GIVE_UP_MILLIS) await sleep(5)
  await ticks.terminate()
  const took = Math.max(performance.now() - startedAt, seconds * 1000) / 1000
  const broken = errors
  for (const { socket } of clients) socket.destroy()
  return {
    count,
    seconds: took,
    p50: latencies.percentile(50),
    p99: latencies.percentile(99),
    errors: broken + total - count,
    asked: rate,
    lateP99: lateness.percentile(99),
  }
}

/**
 * A connection that has had its first answer, so that the length of an answer is known.
 * @param {string} host
 * @param {number} port
 */
async function openClient(host, port) {
  const buffer = Buffer.allocUnsafe(16 * 1024)
  let bytes = 0
  let wanted = Infinity
  const client = {
    dueAt: 0,
    answered: () => {
      wanted = bytes
    },
    socket: connect({
      host,
      port,
      onread: {
        buffer,
        callback(length) {
          bytes += length
          if (wanted !== Infinity && bytes < wanted) return true
          client.answered()
          bytes = 0
          return true
        },
      },
    }),
  }
  client.socket.on('error', () => client.socket.destroy())
  await once(client.socket, 'connect')
  client.socket.write(REQUEST)
  const deadline = performance.now() + GIVE_UP_MILLIS
  while (wanted === Infinity) {
    if (performance.now() > deadline) throw new Error('no answer to the first request')
    await sleep(5)
  }
  return client
}
