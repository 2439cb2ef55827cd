import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { balanceTcp, freshEcho, PROBED, transitions } from '../../fixtures/balanced-tcp.js'
import { watchForLeaks } from '../../fixtures/evenkeel.js'
import { TcpClient } from '../../fixtures/tcp-client.js'
import { echo, serveTcp } from '../../fixtures/tcp-server.js'

const IDLE_TIMEOUT = 800

t.test('no session expires because the process was stopped', async t => {
  const server = await serveTcp(t, echo)
  const timeouts = ['--idle-timeout', `${IDLE_TIMEOUT}ms`, '--fin-timeout', `${IDLE_TIMEOUT}ms`]
  const evenkeel = await balanceTcp(t, [server.address], [...PROBED, ...timeouts])
  const noLeaks = watchForLeaks(t, evenkeel)
  await evenkeel.backendState(server.address, 'up')
  const clients = Array.from({ length: 10 }, () => new TcpClient(evenkeel.port))
  await Promise.all(clients.map(client => client.exchange('before')))

  evenkeel.signal('SIGSTOP')
  await sleep(2 * IDLE_TIMEOUT)
  evenkeel.signal('SIGCONT')
  for (const client of clients) t.equal(await client.exchange(' and after'), 'before and after')
  t.equal(await evenkeel.metric('evenkeel_sessions_closed_total'), 0)
  t.same(transitions(evenkeel, server.address), ['unknown-up'], 'no probe blames the backend')

  for (const client of clients) t.match(await client.finished, { outcome: 'reset' })
  t.equal(await evenkeel.metric('evenkeel_sessions_closed_total', { reason: 'idle-timeout' }), 10)
  await freshEcho(t, evenkeel)
  await noLeaks()
})
