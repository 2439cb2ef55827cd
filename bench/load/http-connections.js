import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { createLatencies } from './latencies.js'
import { serve } from './serve.js'

/** @import { Load, LoadOptions } from './generators.js' */

// Not autocannon: it writes a second request into the connection that is about to close (with `connection: close`), or
// does not count the answer after which it reconnects (with reconnectRate).
const REQUEST = Buffer.from('GET / HTTP/1.1\r\nHost: balancer\r\nConnection: close\r\n\r\n')
const GIVE_UP_MILLIS = 10_000

serve(run)

/**
 * @param {LoadOptions} options
 * @returns {Promise<Load>}
 */
async function run({ host, port, connections, seconds }) {
  const latencies = createLatencies()
  const startedAt = performance.now()
  const until = startedAt + seconds * 1000
  let count = 0
  let errors = 0
  let busy = connections
  let answerBytes = 0
  const chunk = Buffer.allocUnsafe(16 * 1024)

  const next = () => {
    const connectedAt = performance.now()
    if (connectedAt >= until) {
      busy--
      return
    }
    let bytes = 0
    let whole = false
    const socket = connect({
      port,
      host,
      onread: {
        buffer: chunk,
        callback(length) {
          if (bytes === 0) whole = chunk.toString('latin1', 0, 12) === 'HTTP/1.1 200'
          bytes += length
          return true
        },
      },
    })
    socket.write(REQUEST)
    socket.setTimeout(GIVE_UP_MILLIS, () => socket.destroy())
    socket.on('end', () => {
      if (answerBytes === 0) answerBytes = bytes
      whole &&= bytes === answerBytes
      if (!whole) return
      count++
      latencies.record(performance.now() - connectedAt)
    })
    socket.on('error', () => {
      whole = false
    })
    socket.on('close', () => {
      if (!whole) errors++
      next()
    })
  }

  for (let client = 0; client < connections; client++) next()
  while (busy > 0) await sleep(5)
  const took = (performance.now() - startedAt) / 1000
  return { count, seconds: took, p50: latencies.percentile(50), p99: latencies.percentile(99), errors }
}
