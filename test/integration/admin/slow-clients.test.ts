import { connect, type Socket } from 'node:net'
import { once } from 'node:events'
import t from 'tap'
import { startEvenkeel } from '../../fixtures/evenkeel.js'
import { median } from '../../fixtures/statistics.js'
import { TcpClient } from '../../fixtures/tcp-client.js'
import { echo, serveTcp } from '../../fixtures/tcp-server.js'

const SLOW_CLIENTS = 200
const EXCHANGES = 10_000

/** A client that sends a request a byte at a time, and begins again when it was thrown out. */
class SlowClient {
  readonly #port: number
  #socket: Socket

  constructor(port: number) {
    this.#port = port
    this.#socket = this.#open()
  }

  /** Sends one more byte of what never becomes a request. */
  drip(): void {
    if (this.#socket.closed) this.#socket = this.#open()
    this.#socket.write('G')
  }

  async stop(): Promise<void> {
    this.#socket.destroy()
    if (!this.#socket.closed) await once(this.#socket, 'close')
  }

  #open(): Socket {
    return connect(this.#port, '127.0.0.1').on('error', () => undefined)
  }
}

/** How long exchanges of an open session take, in milliseconds. */
async function exchangeTimes(client: TcpClient): Promise<readonly number[]> {
  const times: number[] = []
  for (let count = 0; count < EXCHANGES; count++) {
    const start = performance.now()
    await client.exchange('x')
    times.push(performance.now() - start)
  }
  return times
}

t.test(`${SLOW_CLIENTS} slow clients of the admin server slow down nobody else's session`, async t => {
  const server = await serveTcp(t, echo)
  const evenkeel = await startEvenkeel(t, [
    ...['--listen', '127.0.0.1:0', '--backend', server.address],
    ...['--admin', '127.0.0.1:0'],
  ])
  const { address } = await evenkeel.event('admin', ({ action }) => action === 'listening')
  const port = Number(String(address).split(':')[1])
  const client = new TcpClient(evenkeel.port)
  await client.exchange('hello')
  const before = await exchangeTimes(client)
  const slow = Array.from({ length: SLOW_CLIENTS }, () => new SlowClient(port))
  const timer = setInterval(() => slow.forEach(each => each.drip()), 100)
  const during = await exchangeTimes(client)
  clearInterval(timer)
  await Promise.all(slow.map(each => each.stop()))

  const [quiet, busy] = [median(before), median(during)]
  t.comment(`median ${quiet.toFixed(2)} ms before, ${busy.toFixed(2)} ms during`)
  t.ok(busy < 5 * quiet + 5, 'an exchange takes about as long as before', { quiet, busy })
  const other = new TcpClient(evenkeel.port)
  t.equal(await other.exchange('a new one'), 'a new one')
  await other.end()
  await client.end()
  t.equal(evenkeel.stderr, '')
})
