import t from 'tap'
import { startFaulty, withoutSharedPorts } from '../../fixtures/faulty-threads.js'
import { startUdpBackend, tells } from '../../fixtures/udp-backend.js'
import { openUdpClients, type UdpClient } from '../../fixtures/udp-client.js'

const CLIENTS = 60

/** The session that answers each client: the backend tells the port of the balancer that it sees. */
async function sessionsOf(clients: readonly UdpClient[], port: number): Promise<readonly string[]> {
  return Promise.all(clients.map(async client => (await client.askUntilAnswered('who?', port)).text))
}

/** The kernel gives UDP clients to threads by their place at the port, which a failure shifts for a moment. */
for (const workers of [2, 3]) {
  for (const failing of [0, workers - 1]) {
    const title = `thread ${failing + 1} of ${workers} fails: UDP clients of the others have the sessions they had`
    t.test(title, { skip: withoutSharedPorts }, async t => {
      const backend = await startUdpBackend(t, tells('a'))
      const { evenkeel, order } = await startFaulty(t, [
        ...['--listen', 'udp://127.0.0.1:0', '--backend', backend.address, '--workers', String(workers)],
      ])
      const clients = await openUdpClients(t, CLIENTS)
      const before = await sessionsOf(clients, evenkeel.port)
      t.same(await sessionsOf(clients, evenkeel.port), before, 'nothing moves by itself')
      await order(failing, 'throw')
      await evenkeel.event('worker-replaced')
      const ended = await evenkeel.metric('evenkeel_sessions_closed_total', { reason: 'worker-failed' })
      t.ok(ended > 0 && ended < CLIENTS, `${ended} of ${CLIENTS} sessions were on it`)

      const kept = async (): Promise<number> => {
        const after = await sessionsOf(clients, evenkeel.port)
        return after.filter((session, index) => session === before[index]).length
      }
      t.equal(await evenkeel.until(kept, count => count === CLIENTS - ended), CLIENTS - ended)
    })
  }
}
