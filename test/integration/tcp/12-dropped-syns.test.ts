import t from 'tap'
import { BackendProcess } from '../../fixtures/backend-process.js'
import { balanceTcp, DOWN, loggedAt, PROBED } from '../../fixtures/balanced-tcp.js'
import { watchForLeaks } from '../../fixtures/evenkeel.js'
import { NetworkNamespace, whyNoNamespace } from '../../fixtures/network-namespace.js'
import { listenTo, nameFor, TcpClient } from '../../fixtures/tcp-client.js'
import { say, serveTcp } from '../../fixtures/tcp-server.js'

const CONNECT_TIMEOUT = 500

t.test('case 12: dropped SYNs', { skip: whyNoNamespace() ?? false }, async t => {
  const namespace = new NetworkNamespace(t)
  const far = await BackendProcess.start(t, 'far', namespace)
  const near = await serveTcp(t, say('near'))
  const backends = [far.address, near.address]
  const evenkeel = await balanceTcp(t, backends, [...PROBED, '--connect-timeout', `${CONNECT_TIMEOUT}ms`])
  const noLeaks = watchForLeaks(t, evenkeel)
  await Promise.all(backends.map(backend => evenkeel.backendState(backend, 'up')))
  t.same([await nameFor(evenkeel.port), await nameFor(evenkeel.port)].sort(), ['far', 'near'])
  const before = evenkeel.events.length

  namespace.drop(Number(far.address.split(':')[1]))
  const droppedAt = Date.now()
  const took = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const client = new TcpClient(evenkeel.port)
      t.equal((await client.finished).bytes.toString(), 'near')
      client.socket.end()
      return performance.now() - client.openedAt
    }),
  )
  const slowest = Math.max(...took)
  t.ok(slowest < CONNECT_TIMEOUT + 300, `the slowest was served after ${slowest.toFixed()} ms`)
  t.ok(slowest > CONNECT_TIMEOUT - 5, 'some had tried the silent backend first')
  const failures = { backend: far.address }
  t.equal(await evenkeel.metric('evenkeel_connect_errors_total', failures), 10)

  const down = await evenkeel.backendState(far.address, 'down', before)
  t.ok(loggedAt(down) - droppedAt <= DOWN, `down after ${loggedAt(down) - droppedAt} ms`)
  for (let count = 0; count < 10; count++) t.equal((await listenTo(evenkeel.port)).bytes.toString(), 'near')
  t.equal(
    await evenkeel.metric('evenkeel_connect_errors_total', failures),
    10,
    'nobody waits for it any more',
  )

  namespace.heal()
  await evenkeel.backendState(far.address, 'up', before)
  t.same([await nameFor(evenkeel.port), await nameFor(evenkeel.port)].sort(), ['far', 'near'])
  await noLeaks()
})
