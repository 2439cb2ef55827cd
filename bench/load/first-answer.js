import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { serve } from './serve.js'

const RETRY_MILLIS = 2
const ANSWER_MILLIS = 1_000
const GIVE_UP_MILLIS = 20_000

serve(run)

/**
 * Tries to connect until a byte of the backend arrives.
 * @param {{ host: string, port: number }} options
 * @returns {Promise<string>} when that was, in nanoseconds of the clock all processes of the machine share
 */
async function run({ host, port }) {
  const deadline = performance.now() + GIVE_UP_MILLIS
  while (performance.now() < deadline) {
    const at = await attempt(host, port)
    if (at !== undefined) return String(at)
    await sleep(RETRY_MILLIS)
  }
  throw new Error(`no answer from ${host}:${port}`)
}

/**
 * @param {string} host
 * @param {number} port
 * @returns {Promise<bigint | undefined>}
 */
function attempt(host, port) {
  return new Promise(resolve => {
    const socket = connect(port, host)
    /** @type {bigint | undefined} */
    let at
    socket.once('data', () => {
      at = process.hrtime.bigint()
      socket.destroy()
    })
    socket.setTimeout(ANSWER_MILLIS, () => socket.destroy())
    socket.on('error', () => socket.destroy())
    socket.once('close', () => resolve(at))
  })
}
