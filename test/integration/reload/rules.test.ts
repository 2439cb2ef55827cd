import t from 'tap'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { ConfigFile, free, QUICK_PROBE, type Contents } from '../../fixtures/config-file.js'
import { startEvenkeel, watchForLeaks, type Evenkeel } from '../../fixtures/evenkeel.js'
import { echoed, nameFor, shares, TcpClient } from '../../fixtures/tcp-client.js'
import { echo, greet, refuseTcp, say, serveTcp } from '../../fixtures/tcp-server.js'
import { startUdpBackend, tells } from '../../fixtures/udp-backend.js'
import { openUdpClient } from '../../fixtures/udp-client.js'

/** Has the file read again; resolves with what came of it. */
async function reload(
  evenkeel: Evenkeel,
  file: ConfigFile,
  contents?: Contents,
): ReturnType<Evenkeel['event']> {
  const seen = evenkeel.events.length
  if (contents !== undefined) file.write(contents)
  evenkeel.signal('SIGHUP')
  const isNew = (event: object): boolean => evenkeel.events.indexOf(event as never) >= seen
  return Promise.race([evenkeel.event('config-reloaded', isNew), evenkeel.event('config-rejected', isNew)])
}

function portsOf(evenkeel: Evenkeel, service: string): readonly number[] {
  return evenkeel.events.flatMap(event =>
    event.event === 'listening' && event['service'] === service ? [Number(event['port'])] : [],
  )
}

t.test('a listener that cannot be bound leaves all as it was', async t => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  t.teardown(() => taken.close())
  const { port } = taken.address() as { port: number }
  const [a, b] = await Promise.all([serveTcp(t, say('a')), serveTcp(t, say('b'))])
  const db = { listen: free('tcp'), backends: [{ name: 'a', address: a.address }] }
  const file = new ConfigFile(t, { services: { db } })
  const evenkeel = await startEvenkeel(t, ['--config', file.path])
  const files = evenkeel.openFiles()
  const rejected = await reload(evenkeel, file, {
    services: {
      db: { ...db, backends: [{ name: 'b', address: b.address }] },
      more: { listen: [...free('tcp'), `tcp://127.0.0.1:${port}`], backends: [b.address] },
    },
  })
  t.match(rejected, { event: 'config-rejected', reason: new RegExp(`127\\.0\\.0\\.1:${port}: EADDRINUSE`) })
  t.equal(await nameFor(evenkeel.port), 'a')
  await evenkeel.until(
    () => Promise.resolve(evenkeel.openFiles()),
    open => open <= files + 1,
  )
  const { body } = await evenkeel.get('/api/v1/services')
  t.same(
    (JSON.parse(body) as { services: { name: string }[] }).services.map(({ name }) => name),
    ['db'],
  )

  const answer = await evenkeel.change('POST', 'reload')
  t.equal(answer.status, 409)
  t.match(JSON.parse(answer.body), { detail: /EADDRINUSE/, path: 'services.more.listen[1]' })
  for (const text of ['services: {db: {<<: [1]}}', '{"services": null}', '', '\0', '[[[[']) {
    file.writeText(text)
    const rejected = await reload(evenkeel, file)
    t.match(rejected, { event: 'config-rejected', reason: /./ }, text)
    t.equal(await nameFor(evenkeel.port), 'a', 'what runs goes on')
  }
  file.writeText('services: [')
  const bad = await evenkeel.change('POST', 'reload')
  t.equal(bad.status, 422, bad.body)
  t.equal(evenkeel.stderr, '')
})

t.test('health, turns and what is known of a backend survive', async t => {
  const [a, b] = await Promise.all([serveTcp(t, greet('a')), serveTcp(t, greet('b'))])
  const gone = await refuseTcp(t)
  const backends = Object.entries({ a, b, gone }).map(([name, { address }]) => ({ name, address }))
  const db = { listen: free('tcp'), backends, probe: QUICK_PROBE }
  const file = new ConfigFile(t, { services: { db } })
  const evenkeel = await startEvenkeel(t, ['--config', file.path])
  await Promise.all(backends.map(({ name }) => evenkeel.backendState(name, name === 'gone' ? 'down' : 'up')))
  const next = async (): Promise<string> => {
    const client = new TcpClient(evenkeel.port)
    const name = (await client.receive(1)).toString()
    await client.end()
    return name
  }
  const names: string[] = []
  for (let turn = 0; turn < 10; turn++) {
    names.push(await next())
    t.match(await reload(evenkeel, file, { services: { db: { ...db, finTimeout: `${turn + 1}s` } } }), {
      event: 'config-reloaded',
      services: { changed: ['db'], added: [], removed: [] },
      backends: { changed: [] },
    })
  }
  t.same(shares(names), { a: 5, b: 5 })
  t.ok(
    names.every((name, turn) => turn === 0 || name !== names[turn - 1]),
    'they take turns as if nothing were',
  )
  const transitions = evenkeel.events.filter(({ event }) => event === 'backend-state')
  t.equal(transitions.length, 3, 'nobody changed')
  t.match(await evenkeel.detail('db'), { backends: [{ health: 'up' }, { health: 'up' }, { health: 'down' }] })
})

t.test('what cannot change while it runs is refused; what can is in force', async t => {
  const a = await serveTcp(t, say('a'))
  const services = { db: { listen: free('tcp'), backends: [a.address] } }
  const file = new ConfigFile(t, { services })
  const evenkeel = await startEvenkeel(t, ['--config', file.path])
  for (const [key, value, path] of [
    ['workers', 3, /^workers "3": was "1", and only a restart can change it/],
    ['log', { format: 'pretty' }, /^log\.format "pretty"/],
    ['journal', '/tmp/no', /^journal "\/tmp\/no"/],
  ] as const) {
    t.match(await reload(evenkeel, file, { services, [key]: value }), {
      event: 'config-rejected',
      reason: path,
    })
  }
  t.match(await reload(evenkeel, file, { services, accessLog: true, log: { level: 'debug' } }), {
    event: 'config-reloaded',
  })
  t.equal(await nameFor(evenkeel.port), 'a')
  t.match(await evenkeel.event('session'), { service: 'db', backend: a.address, reason: 'backend-closed' })
  t.ok(await evenkeel.event('probe'), 'and the log says more')
  t.match(await reload(evenkeel, file, { services, drainTimeout: '123ms' }), { event: 'config-reloaded' })
  evenkeel.signal('SIGTERM')
  t.match(await evenkeel.event('draining'), { graceMs: 123 })
})

t.test('services come, go and are renamed; sockets and sessions stay', async t => {
  const [a, x] = await Promise.all([serveTcp(t, echo), startUdpBackend(t, tells('x'))])
  const web = (port = 0): Contents => ({
    listen: [`tcp://127.0.0.1:${port}`],
    backends: [{ name: 'a', address: a.address }],
  })
  const game = (port = 0): Contents => ({
    listen: [`udp://127.0.0.1:${port}`],
    backends: [{ name: 'x', address: x.address }],
    udpIdleTimeout: '1s',
  })
  const file = new ConfigFile(t, { services: { web: web() } })
  const evenkeel = await startEvenkeel(t, ['--config', file.path])
  const [tcp = 0] = portsOf(evenkeel, 'web')
  const check = watchForLeaks(t, evenkeel)
  t.match(await reload(evenkeel, file, { services: { web: web(), game: game() } }), {
    services: { added: ['game'], removed: [], changed: [] },
    listeners: { added: [/game/] },
  })
  const [udp = 0] = portsOf(evenkeel, 'game')
  const player = await openUdpClient(t)
  const { text } = await player.ask('hello', udp)
  const client = new TcpClient(tcp)
  t.equal(await client.exchange('hello'), 'hello')

  await reload(evenkeel, file, { services: { web: web(), game: game() } })
  t.match(await reload(evenkeel, file, { services: { web: web() } }), { services: { removed: ['game'] } })
  t.equal((await player.ask('still here', udp)).text, text, 'a UDP session lives on without its service')
  const newcomer = await openUdpClient(t)
  await newcomer.send('hello', udp)
  t.match(await evenkeel.event('refused'), { service: 'game', protocol: 'udp', reason: 'shutdown' })
  t.match(await reload(evenkeel, file, { services: { web: web(), game: game() } }), {
    services: { added: ['game'] },
  })
  t.equal(
    (await player.ask('and here', udp)).text,
    text,
    'and is its own when that comes back, at the same port',
  )
  t.equal((await newcomer.ask('hello', udp)).address, '127.0.0.1')
  t.equal(await client.exchange('hello'), 'hellohello', 'TCP does not notice')
  await client.end()
  await check()
})

t.test('a service that is renamed keeps its sockets', async t => {
  const a = await serveTcp(t, echo)
  const listening = createServer().listen(0, '127.0.0.1')
  await once(listening, 'listening')
  const { port } = listening.address() as { port: number }
  listening.close()
  await once(listening, 'close')
  const settings = { listen: [`tcp://127.0.0.1:${port}`], backends: [{ name: 'a', address: a.address }] }
  const file = new ConfigFile(t, { services: { old: settings } })
  const evenkeel = await startEvenkeel(t, ['--config', file.path])
  const client = new TcpClient(port)
  t.equal(await client.exchange('hello'), 'hello')
  t.match(await reload(evenkeel, file, { services: { new: settings } }), {
    event: 'config-reloaded',
    services: { added: ['new'], removed: ['old'] },
  })
  t.equal(await echoed(port, 'to the new one'), 'to the new one')
  t.equal(await evenkeel.metric('evenkeel_sessions_total', { service: 'new' }), 1)
  t.equal(await evenkeel.metric('evenkeel_sessions_active', { service: 'old' }), 1)
  t.equal(await client.exchange('again'), 'helloagain')
  await client.end()
  await evenkeel.event('admin', ({ action, service }) => action === 'removed' && service === 'old')
  await evenkeel.until(
    () => evenkeel.get('/metrics'),
    ({ body }) => !body.includes('service="old"'),
  )
})

t.test('flags are a configuration as well: what was changed since is gone', async t => {
  const [a, b] = await Promise.all([serveTcp(t, say('a')), serveTcp(t, say('b'))])
  const evenkeel = await startEvenkeel(t, ['--listen', '127.0.0.1:0', '--backend', `${a.address},name=a`])
  await evenkeel.change('POST', 'services/default/backends', { name: 'b', address: b.address })
  await evenkeel.change('PATCH', 'services/default/backends/a', { state: 'drain', for: '1h', then: 'kill' })
  evenkeel.signal('SIGHUP')
  t.match(await evenkeel.event('config-reloaded'), {
    source: 'flags',
    backends: { added: [], removed: ['default/b'], changed: ['default/a'] },
  })
  const { backends } = await evenkeel.service()
  t.match(backends, [{ name: 'a', state: 'ready', deadline: null }])
  t.equal(backends.length, 1)
  t.equal(await nameFor(evenkeel.port), 'a')
})

t.test('reloads that come all at once are done one after the other', async t => {
  const a = await serveTcp(t, say('a'))
  const file = new ConfigFile(t, { services: { db: { listen: free('tcp'), backends: [a.address] } } })
  const evenkeel = await startEvenkeel(t, ['--config', file.path])
  const answers = await Promise.all(Array.from({ length: 10 }, () => evenkeel.change('POST', 'reload')))
  t.ok(answers.every(({ status }) => status === 200))
  const events = evenkeel.events.filter(({ event }) => event === 'config-reloaded')
  t.ok(events.length > 0 && events.length <= 10)
  t.equal(await nameFor(evenkeel.port), 'a')
})
