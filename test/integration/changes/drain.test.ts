import t, { type Test } from 'tap'
import type { BackendView } from '../../../src/api/views.js'
import { startEvenkeel, watchForLeaks, type Evenkeel } from '../../fixtures/evenkeel.js'
import { nameFor, shares, TcpClient } from '../../fixtures/tcp-client.js'
import { greet, serveTcp, type TcpServer } from '../../fixtures/tcp-server.js'

const CLIENTS = 6

/** Two backends, `a` and `b`, with half of the clients each. */
async function start(
  t: Test,
  flags: readonly string[] = [],
): Promise<{
  readonly evenkeel: Evenkeel
  readonly clients: readonly TcpClient[]
  readonly servers: readonly TcpServer[]
  /** That nothing is left when the clients are gone. */
  readonly check: () => Promise<void>
}> {
  const servers = await Promise.all(['a', 'b'].map(name => serveTcp(t, greet(name))))
  const backends = servers.flatMap(({ address }, index) => [
    '--backend',
    `${address},name=${'ab'.charAt(index)}`,
  ])
  const evenkeel = await startEvenkeel(t, ['--listen', '127.0.0.1:0', ...backends, ...flags])
  const check = watchForLeaks(t, evenkeel)
  const clients = Array.from({ length: CLIENTS }, () => new TcpClient(evenkeel.port))
  await Promise.all(clients.map(client => client.receive(1)))
  return { evenkeel, clients, servers, check }
}

function of(name: string, clients: readonly TcpClient[]): readonly TcpClient[] {
  return clients.filter(({ bytes }) => bytes.toString() === name)
}

async function backend(evenkeel: Evenkeel, name: string): Promise<BackendView> {
  const view = (await evenkeel.service()).backends.find(each => each.name === name)
  if (view === undefined) throw new Error(`no ${name}`)
  return view
}

t.test('a drain takes no new sessions, keeps the old ones, and says when the last one is over', async t => {
  const { evenkeel, clients, check } = await start(t)
  const { status, body } = await evenkeel.change('PATCH', 'services/default/backends/a', { state: 'drain' })
  t.equal(status, 200)
  t.match(JSON.parse(body), {
    name: 'a',
    state: 'drain',
    health: /up|unknown/,
    sessionsActive: CLIENTS / 2,
    deadline: null,
  })
  t.match(await evenkeel.event('admin', ({ action }) => action === 'drain'), {
    service: 'default',
    backend: 'a',
  })
  t.equal(await evenkeel.metric('evenkeel_backend_admin_state', { backend: 'a', state: 'drain' }), 1)
  t.equal(await evenkeel.metric('evenkeel_backend_admin_state', { backend: 'a', state: 'ready' }), 0)

  const names = await Promise.all(Array.from({ length: 10 }, () => next(evenkeel.port)))
  t.same(shares(names), { b: 10 })
  t.equal((await backend(evenkeel, 'a')).sessionsActive, CLIENTS / 2)
  await Promise.all(of('a', clients).map(client => client.end()))
  await evenkeel.event('admin', ({ action, backend }) => action === 'drained' && backend === 'a')
  t.equal((await backend(evenkeel, 'a')).sessionsActive, 0)

  await evenkeel.change('PATCH', 'services/default/backends/a', { state: 'ready' })
  t.same(shares(await Promise.all(Array.from({ length: 10 }, () => next(evenkeel.port)))), { a: 5, b: 5 })
  await Promise.all(of('b', clients).map(client => client.end()))
  await check()
})

t.test('a drain with a deadline kills the sessions that are left, and no others', async t => {
  const { evenkeel, clients } = await start(t)
  const asked = performance.now()
  const { body } = await evenkeel.change('PATCH', 'services/default/backends/a', {
    state: 'drain',
    for: '500ms',
    then: 'kill',
  })
  t.match(JSON.parse(body), { state: 'drain', deadline: { at: /^\d{4}-.*Z$/, then: 'kill' } })
  const closed = await Promise.all(of('a', clients).map(client => client.closed))
  const took = performance.now() - asked
  t.ok(took >= 490 && took < 1500, `after ${took.toFixed(0)} ms`)
  t.same(closed, ['reset', 'reset', 'reset'])
  t.match(await evenkeel.event('admin', ({ action }) => action === 'deadline'), {
    backend: 'a',
    then: 'kill',
  })
  await evenkeel.event('admin', ({ action, backend }) => action === 'drained' && backend === 'a')
  t.equal(
    await evenkeel.metric('evenkeel_sessions_closed_total', { backend: 'a', reason: 'killed' }),
    CLIENTS / 2,
  )
  t.equal(await evenkeel.metric('evenkeel_sessions_closed_total', { backend: 'b', reason: 'killed' }), 0)
  t.match(await backend(evenkeel, 'a'), { state: 'drain', deadline: null, sessionsActive: 0 })
  t.ok(of('b', clients).every(({ socket }) => !socket.destroyed))
})

t.test('maintenance is not probed, and ends when it was told to', async t => {
  const { evenkeel, servers } = await start(t, ['--probe-interval', '100ms', '--probe-timeout', '100ms'])
  await evenkeel.backendState('a', 'up')
  const [a] = servers
  await evenkeel.change('PATCH', 'services/default/backends/a', {
    state: 'maintenance',
    for: '1s',
    then: 'ready',
  })
  const before = await evenkeel.metric('evenkeel_probes_total', { backend: 'a' })
  a?.stop()
  t.match(await backend(evenkeel, 'a'), { state: 'maintenance', health: 'up' })
  t.same(shares(await Promise.all([1, 2, 3].map(() => next(evenkeel.port)))), { b: 3 })
  t.equal(await evenkeel.metric('evenkeel_probes_total', { backend: 'a' }), before)
  t.match(await evenkeel.event('admin', ({ action }) => action === 'deadline'), {
    backend: 'a',
    then: 'ready',
  })
  await evenkeel.backendState('a', 'down')
  t.match(await backend(evenkeel, 'a'), { state: 'ready', health: 'down', deadline: null })
})

t.test('with drain in --close-on the sessions are reset at once', async t => {
  const { evenkeel, clients } = await start(t, ['--close-on', 'drain'])
  await evenkeel.change('PATCH', 'services/default/backends/a', { state: 'drain' })
  t.same(await Promise.all(of('a', clients).map(client => client.closed)), ['reset', 'reset', 'reset'])
  t.equal(await evenkeel.metric('evenkeel_sessions_closed_total', { reason: 'backend-drained' }), CLIENTS / 2)
  t.equal(await evenkeel.metric('evenkeel_sessions_active', { backend: 'b' }), CLIENTS / 2)
})

t.test('everybody in drain is a failover, and nobody is served', async t => {
  const { evenkeel } = await start(t)
  for (const name of ['a', 'b']) {
    await evenkeel.change('PATCH', `services/default/backends/${name}`, { state: 'drain' })
  }
  t.match(await evenkeel.event('failover'), { from: 'primary', to: 'none' })
  t.equal(await nameFor(evenkeel.port), 'reset')
  t.equal((await evenkeel.get('/readyz')).status, 503)
  await evenkeel.change('PATCH', 'services/default/backends/b', { state: 'ready' })
  t.equal(await next(evenkeel.port), 'b')
})

t.test('kill-sessions ends those of one backend, exactly', async t => {
  const { evenkeel, clients } = await start(t)
  t.same(await evenkeel.change('POST', 'services/default/backends/a/kill-sessions'), {
    status: 204,
    body: '',
  })
  t.same(await Promise.all(of('a', clients).map(client => client.closed)), ['reset', 'reset', 'reset'])
  t.equal(await evenkeel.metric('evenkeel_sessions_closed_total', { reason: 'killed' }), CLIENTS / 2)
  t.equal(await evenkeel.metric('evenkeel_sessions_active'), CLIENTS / 2)
  t.match(await evenkeel.event('admin', ({ action }) => action === 'kill-sessions'), { backend: 'a' })
  t.same(shares(await Promise.all([1, 2].map(() => next(evenkeel.port)))), { a: 1, b: 1 }, 'both go on')
})

/** The name of the backend that a client gets, which then leaves. */
async function next(port: number): Promise<string> {
  const client = new TcpClient(port)
  const name = (await client.receive(1)).toString()
  await client.end()
  return name
}
