import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { serve } from './serve.js'

const SAMPLE_MILLIS = 20
/** Nothing is counted before the sessions are as many as they will be. */
const SETTLE_SECONDS = 2

serve(run)

/**
 * Clients that come at random, `rate` a second, and stay for a random time of `stay` seconds on average. Tells how far
 * apart the fullest and the emptiest of the `backends` were: the mean of the moments, and how many sessions each had.
 * @param {{ host: string, port: number, rate: number, stay: number, seconds: number, backends: number }} options
 */
async function run({ host, port, rate, stay, seconds, backends }) {
  /** @type {Map<string, number>} */
  const sessions = new Map()
  const startedAt = performance.now()
  const endsAt = startedAt + (SETTLE_SECONDS + seconds) * 1000
  let [errors, spreads, means, samples] = [0, 0, 0, 0]

  const visit = async () => {
    const socket = connect(port, host)
    try {
      const [chunk] = await once(socket, 'data', { signal: AbortSignal.timeout(5_000) })
      const name = String(chunk)
      sessions.set(name, (sessions.get(name) ?? 0) + 1)
      await sleep(random(stay))
      sessions.set(name, (sessions.get(name) ?? 0) - 1)
    } catch {
      errors++
    }
    socket.end()
  }

  let [next, sample] = [startedAt, startedAt + SETTLE_SECONDS * 1000]
  while (performance.now() < endsAt) {
    for (; next <= performance.now(); next += random(1 / rate)) void visit()
    if (performance.now() >= sample) {
      const counts = [...sessions.values()]
      while (counts.length < backends) counts.push(0)
      spreads += Math.max(...counts) - Math.min(...counts)
      means += counts.reduce((sum, count) => sum + count, 0) / backends
      samples++
      sample += SAMPLE_MILLIS
    }
    await sleep(2)
  }
  return { spread: spreads / samples, mean: means / samples, errors }
}

/**
 * Milliseconds, so many seconds on average: how long the wait is for what happens at random.
 * @param {number} seconds
 */
function random(seconds) {
  return -Math.log(1 - Math.random()) * seconds * 1000
}
