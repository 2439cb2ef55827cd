import t from 'tap'
import type { BackendView } from '../../../src/api/views.js'
import { startEvenkeel, watchForLeaks } from '../../fixtures/evenkeel.js'
import { shares, TcpClient } from '../../fixtures/tcp-client.js'
import { greet, serveTcp } from '../../fixtures/tcp-server.js'
import { startUdpBackend, tells } from '../../fixtures/udp-backend.js'
import { openUdpClient } from '../../fixtures/udp-client.js'

t.test('weights take effect with the next pick', async t => {
  const [a, b] = await Promise.all([serveTcp(t, greet('a')), serveTcp(t, greet('b'))])
  const evenkeel = await startEvenkeel(t, [
    ...['--listen', '127.0.0.1:0', '--backend', `${a.address},name=a`, '--backend', `${b.address},name=b`],
  ])
  t.same(shares(await take(evenkeel.port, 10)), { a: 5, b: 5 })
  const { status, body } = await evenkeel.change('PATCH', 'services/default/backends/b', { weight: 4 })
  t.equal(status, 200)
  t.match(JSON.parse(body), { name: 'b', weight: 4, effectiveWeight: 4 })
  t.same(shares(await take(evenkeel.port, 10)), { a: 2, b: 8 })
  t.equal(await evenkeel.metric('evenkeel_backend_weight', { backend: 'b' }), 4)
  t.match(await evenkeel.event('admin', ({ action }) => action === 'weight'), { backend: 'b', weight: 4 })

  const { config, origins } = await evenkeel.detail('default')
  t.match(config, {
    backends: [
      { name: 'a', weight: 1 },
      { name: 'b', weight: 4 },
    ],
    balance: 'round-robin',
  })
  t.match(origins, {
    'backends.a.weight': 'default',
    'backends.b.weight': 'api',
    'backends.b.name': 'flag',
    listen: 'flag',
    balance: 'default',
    maxConnections: 'derived',
  })
  t.equal((await evenkeel.change('POST', 'reload')).status, 200)
  t.match((await evenkeel.detail('default')).origins, { 'backends.b.weight': 'default' })
  t.same(shares(await take(evenkeel.port, 10)), { a: 5, b: 5 }, 'until the next reload')
})

t.test('a backend is added, removed and added again while its sessions live on', async t => {
  const [a, b] = await Promise.all([serveTcp(t, greet('a')), serveTcp(t, greet('b'))])
  const evenkeel = await startEvenkeel(t, ['--listen', '127.0.0.1:0', '--backend', `${a.address},name=a`])
  const check = watchForLeaks(t, evenkeel)
  const added = await evenkeel.change('POST', 'services/default/backends', {
    name: 'b',
    address: b.address,
    weight: 2,
  })
  t.equal(added.status, 201)
  t.match(JSON.parse(added.body), { name: 'b', address: b.address, weight: 2, state: 'ready', backup: false })
  t.same(shares(await take(evenkeel.port, 9)), { a: 3, b: 6 })
  await evenkeel.backendState('b', 'up')

  const clients = Array.from({ length: 3 }, () => new TcpClient(evenkeel.port))
  await Promise.all(clients.map(client => client.receive(1)))
  const mine = clients.filter(({ bytes }) => String(bytes) === 'b')
  t.same(await evenkeel.change('DELETE', 'services/default/backends/b'), { status: 204, body: '' })
  t.same(shares(await take(evenkeel.port, 4)), { a: 4 })
  t.match((await evenkeel.service()).leaving, [{ name: 'b', address: b.address, sessionsActive: 2 }])
  t.same(
    (await evenkeel.service()).backends.map(({ name }) => name),
    ['a'],
  )
  t.equal(await evenkeel.metric('evenkeel_sessions_active', { backend: 'b' }), 2, 'still counted')

  await evenkeel.change('POST', 'services/default/backends', { name: 'b', address: b.address })
  const [again] = (await evenkeel.service()).backends.filter(({ name }) => name === 'b')
  t.match(again, { sessionsActive: 2 } satisfies Partial<BackendView>, 'they are its own again')
  await evenkeel.change('DELETE', 'services/default/backends/b')
  await Promise.all(mine.map(client => client.end()))
  await evenkeel.event('admin', ({ action, backend }) => action === 'removed' && backend === 'b')
  t.same((await evenkeel.service()).leaving, [])
  const { body } = await evenkeel.get('/metrics')
  t.notMatch(body, /backend="b"/, 'its series are gone')
  await Promise.all(clients.map(client => client.end()))
  await check()
})

t.test('the sessions of a removed backend can be killed', async t => {
  const [a, b] = await Promise.all([serveTcp(t, greet('a')), serveTcp(t, greet('b'))])
  const evenkeel = await startEvenkeel(t, [
    ...['--listen', '127.0.0.1:0', '--backend', `${a.address},name=a`, '--backend', `${b.address},name=b`],
  ])
  const clients = [new TcpClient(evenkeel.port), new TcpClient(evenkeel.port)]
  await Promise.all(clients.map(client => client.receive(1)))
  await evenkeel.change('DELETE', 'services/default/backends/b')
  t.equal((await evenkeel.change('POST', 'services/default/backends/b/kill-sessions')).status, 204)
  const [mine] = clients.filter(({ bytes }) => String(bytes) === 'b')
  t.equal(await mine?.closed, 'reset')
  await evenkeel.event('admin', ({ action }) => action === 'removed')
  t.equal((await evenkeel.change('POST', 'services/default/backends/b/kill-sessions')).status, 404)
})

t.test('a UDP session stays with a removed backend', async t => {
  const [a, b] = await Promise.all([startUdpBackend(t, tells('a')), startUdpBackend(t, tells('b'))])
  const evenkeel = await startEvenkeel(t, [
    ...['--listen', 'udp://127.0.0.1:0', '--udp-idle-timeout', '1s'],
    ...['--backend', `${a.address},name=a`, '--backend', `${b.address},name=b`],
  ])
  const client = await openUdpClient(t)
  const { text } = await client.ask('hello', evenkeel.port)
  t.match(text, /^a /)
  await evenkeel.change('DELETE', 'services/default/backends/a')
  t.equal((await client.ask('still here', evenkeel.port)).text, text)
  t.match((await (await openUdpClient(t)).ask('hello', evenkeel.port)).text, /^b /)
  await evenkeel.event('admin', ({ action, backend }) => action === 'removed' && backend === 'a')
  t.match((await client.ask('hello again', evenkeel.port)).text, /^b /, 'when it has expired it gets another')
})

t.test('what cannot be changed is refused in words', async t => {
  const a = await serveTcp(t, greet('a'))
  const evenkeel = await startEvenkeel(t, ['--listen', '127.0.0.1:0', '--backend', `${a.address},name=a`])
  const refused = async (
    status: number,
    detail: RegExp,
    ...change: Parameters<typeof evenkeel.change>
  ): Promise<unknown> => {
    const answer = await evenkeel.change(...change)
    const problem = JSON.parse(answer.body) as { readonly path?: string }
    t.match({ status: answer.status, ...problem }, { status, detail }, change.slice(0, 2).join(' '))
    return problem.path
  }
  const backends = 'services/default/backends'
  await refused(404, /no service db/, 'PATCH', 'services/db/backends/a', { weight: 1 })
  await refused(404, /no backend b/, 'PATCH', `${backends}/b`, { weight: 1 })
  await refused(404, /no backend b/, 'DELETE', `${backends}/b`)
  await refused(409, /last backend/, 'DELETE', `${backends}/a`)
  await refused(409, /has a backend a already/, 'POST', backends, { name: 'a', address: '127.0.0.1:1' })
  t.equal(await refused(422, /256/, 'PATCH', `${backends}/a`, { weight: 257 }), 'weight')
  t.equal(await refused(422, /drian/, 'PATCH', `${backends}/a`, { state: 'drian' }), 'state')
  t.equal(await refused(422, /then/, 'PATCH', `${backends}/a`, { state: 'drain', for: '1m' }), 'then')
  t.equal(await refused(422, /port/, 'POST', backends, { address: '127.0.0.1' }), 'address')
  t.equal(await refused(422, /colour/, 'POST', backends, { address: '127.0.0.1:1', colour: 'red' }), 'colour')
  t.equal(
    await refused(422, /no address/, 'POST', backends, { address: 'no.such.host.invalid:1' }),
    'address',
  )
  t.equal((await evenkeel.service()).backends.length, 1, 'nothing came of it')
  t.same(
    evenkeel.events.filter(({ event, action }) => event === 'admin' && action !== 'listening'),
    [],
  )
})

/** The names of the backends that some clients get, one after the other. */
async function take(port: number, count: number): Promise<readonly string[]> {
  const names: string[] = []
  for (let index = 0; index < count; index++) {
    const client = new TcpClient(port)
    names.push((await client.receive(1)).toString())
    await client.end()
  }
  return names
}
