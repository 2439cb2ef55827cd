import autocannon from 'autocannon'
import { createLatencies } from './latencies.js'
import { serve } from './serve.js'

/** @import { Load, LoadOptions } from './generators.js' */

serve(run)

/**
 * @param {LoadOptions} options
 * @returns {Promise<Load>}
 */
async function run({ host, port, connections, seconds }) {
  const latencies = createLatencies()
  // autocannon's own latencies are whole milliseconds.
  const result = await new Promise(resolve => {
    const instance = autocannon(
      { url: `http://${host}:${port}/`, connections, pipelining: 1, duration: seconds },
      (error, done) => resolve(error ?? done),
    )
    instance.on('response', (_client, _status, _bytes, millis) => latencies.record(millis))
  })
  if (result instanceof Error) throw result
  return {
    count: result.requests.total,
    seconds: result.duration,
    p50: latencies.percentile(50),
    p99: latencies.percentile(99),
    // Its errors already hold the timeouts.
    errors: result.errors + result.non2xx,
  }
}
