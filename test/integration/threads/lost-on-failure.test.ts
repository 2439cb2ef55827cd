import t from 'tap'
import { UNPROBED } from '../../fixtures/balanced-tcp.js'
import { startFaulty, withoutSharedPorts } from '../../fixtures/faulty-threads.js'
import { TcpClient } from '../../fixtures/tcp-client.js'
import { echo, serveTcp } from '../../fixtures/tcp-server.js'

const CLIENTS = 32
/** Connections before the failure, and again after the replacement. */
const CONNECTIONS = 1000

type Fate = 'served' | 'reset' | 'refused'

/** One short connection: connects, is answered, ends. */
async function connectOnce(port: number): Promise<Fate> {
  const client = new TcpClient(port)
  client.socket.write('hello')
  const { bytes, outcome } = await client.end()
  if (outcome === 'end') return bytes.toString() === 'hello' ? 'served' : 'reset'
  return outcome
}

/** While short connections come all the time, one thread fails: what of them is lost? */
for (const workers of withoutSharedPorts === false ? ['1', '2'] : ['1']) {
  t.test(`a thread of ${workers} fails while short connections come`, async t => {
    const server = await serveTcp(t, echo)
    const { evenkeel, order } = await startFaulty(t, [
      ...['--listen', 'tcp://127.0.0.1:0', '--backend', server.address, '--workers', workers, ...UNPROBED],
    ])
    const fates: Fate[] = []
    const served = (): number => fates.filter(fate => fate === 'served').length
    let until = Infinity
    const load = Promise.all(
      Array.from({ length: CLIENTS }, async () => {
        while (served() < until) fates.push(await connectOnce(evenkeel.port))
      }),
    )
    await evenkeel.until(
      () => Promise.resolve(served()),
      count => count >= CONNECTIONS,
    )
    await order(0, 'throw')
    const { afterMs } = await evenkeel.event('worker-replaced')
    until = served() + CONNECTIONS
    await load
    const ended = await evenkeel.metric('evenkeel_sessions_closed_total', { reason: 'worker-failed' })
    const reset = fates.filter(fate => fate === 'reset').length
    const refused = fates.filter(fate => fate === 'refused').length
    t.comment(
      `${ended} sessions ended, ${reset} connections were reset, ${refused} refused; ${served()} served, replaced after ${String(afterMs)} ms`,
    )
    t.ok(reset <= CLIENTS, 'each client lost at most the connection that it had')
    if (workers !== '1') t.equal(refused, 0, 'the other thread takes what comes')
    t.equal(await evenkeel.metric('evenkeel_sessions_active'), 0)
  })
}
