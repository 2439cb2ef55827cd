import t from 'tap'
import { balanceTcp, DOWN, loggedAt, PROBED, PROBES, UP } from '../../fixtures/balanced-tcp.js'
import { BackendProcess } from '../../fixtures/backend-process.js'
import { watchForLeaks, type Evenkeel } from '../../fixtures/evenkeel.js'
import { nameFor } from '../../fixtures/tcp-client.js'
import { say, serveTcp } from '../../fixtures/tcp-server.js'

/** Clients one after the other, until told to stop; resolves with the names of the backends that served them. */
function knock(evenkeel: Evenkeel): { stop(): Promise<readonly string[]> } {
  const names: string[] = []
  let stopped = false
  const knocking = (async () => {
    while (!stopped) names.push(await nameFor(evenkeel.port))
  })()
  return {
    stop: async () => {
      stopped = true
      await knocking
      return names
    },
  }
}

t.test('case 5: probe timing', async t => {
  const killed = await BackendProcess.start(t, 'killed')
  const other = await serveTcp(t, say('other'))
  const backends = [killed.address, other.address]
  const evenkeel = await balanceTcp(t, backends, [...PROBED, '--passive', 'off'])
  const noLeaks = watchForLeaks(t, evenkeel)
  await Promise.all(backends.map(backend => evenkeel.backendState(backend, 'up')))
  const before = evenkeel.events.length

  const clients = knock(evenkeel)
  const killedAt = Date.now()
  await killed.kill()
  const down = await evenkeel.backendState(killed.address, 'down', before)
  const took = loggedAt(down) - killedAt
  t.ok(took <= DOWN, `down within DOWN, after ${took} ms`)
  t.ok(took >= (PROBES.fall - 1) * PROBES.interval - 5, `not before F results, after ${took} ms`)
  t.match(down, { cause: 'dead', streak: PROBES.fall })
  t.equal(await evenkeel.metric('evenkeel_backend_up', { backend: killed.address }), 0)
  const errors = await evenkeel.metric('evenkeel_connect_errors_total', { backend: killed.address })
  const served = await evenkeel.metric('evenkeel_sessions_total')
  await evenkeel.until(
    () => evenkeel.metric('evenkeel_sessions_total'),
    total => total >= served + 20,
  )
  t.equal(
    await evenkeel.metric('evenkeel_connect_errors_total', { backend: killed.address }),
    errors,
    'no client is sent there any more',
  )

  const startedAt = await killed.restart()
  const up = await evenkeel.backendState(killed.address, 'up', before)
  const returned = loggedAt(up) - startedAt
  t.ok(returned <= UP, `up within UP, after ${returned} ms`)
  t.ok(returned >= (PROBES.rise - 1) * PROBES.interval - 5, `not before R results, after ${returned} ms`)
  t.match(up, { streak: PROBES.rise })
  await evenkeel.until(
    () => nameFor(evenkeel.port),
    name => name === 'killed',
  )
  const lost = (await clients.stop()).filter(name => name !== 'killed' && name !== 'other')
  t.ok(lost.length <= 1, 'nobody was turned away but who was being served when it was killed')
  await noLeaks()
})
