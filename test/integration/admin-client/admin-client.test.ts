import { join } from 'node:path'
import t, { type Test } from 'tap'
import { AdminClient } from '../../../src/admin-client/admin-client.js'
import { systemClock } from '../../../src/clock.js'
import { backendView, fakeAdmin, serviceView, TOKEN, type FakeAdmin } from '../../fixtures/fake-admin.js'

async function start(t: Test, token = TOKEN): Promise<{ fake: FakeAdmin; client: AdminClient }> {
  const fake = await fakeAdmin(t, [serviceView('db', [backendView('unix:/run/db 1')])])
  const tokenFile = join(t.testdir({ token: `${token}\n` }), 'token')
  const [host = '', port] = fake.address.split(':')
  const address = { kind: 'inet', host, port: Number(port) } as const
  return { fake, client: new AdminClient({ address, clock: systemClock, tokenFile }) }
}

t.test('reads', async t => {
  const { fake, client } = await start(t)
  const { view, text } = await client.services()
  t.same(view, fake.services)
  t.same(JSON.parse(text), { services: fake.services })
  t.same(await client.history(), fake.history)
  fake.explanation = { service: 'db', client: '', algorithm: 'ip-hash', backend: null, candidates: [] }
  t.match((await client.explain({ client: '[::1]:5' })).view, { client: '[::1]:5', backend: null })
  for (const number of [1, 2, 3]) fake.tell('ready', `ready ${number}`)
  t.match(await client.journal({ limit: 2 }), [{ msg: 'ready 2' }, { msg: 'ready 3' }])
  t.match(await client.journal({ limit: 9, since: '1h' }), { length: 3 })
})

t.test('changes, by names as they are', async t => {
  const { fake, client } = await start(t)
  const name = 'unix:/run/db 1'
  t.match(await client.changeBackend('db', name, { weight: 7 }), { name, weight: 7 })
  t.match(await client.addBackend('db', { address: '10.0.0.2:1' }), { name: '10.0.0.2:1' })
  await client.killSessions('db', name)
  await client.removeBackend('db', name)
  t.match(fake.services[0], { backends: [{ name: '10.0.0.2:1' }] })
  t.match(
    fake.asked.map(({ method, path }) => `${method} ${path}`),
    [/^PATCH .*\/unix%3A%2Frun%2Fdb%201$/, /^POST /, /^POST .*\/kill-sessions$/, /^DELETE /],
  )
  await t.rejects(client.reload(), { kind: 'refused', message: 'there is no config file to read again' })
  await t.resolves(client.checkToken())
})

t.test('a wrong token is told with the file it is from, and is not shown', async t => {
  const { client } = await start(t, 'another-secret')
  const error = await client.killSessions('db', 'x').catch((error: unknown) => error)
  t.match(error, { kind: 'refused', message: /^this needs the token \(the token was read from .*\/token\)$/ })
  t.notMatch(String(error), 'another-secret')
})

t.test('follows events from where it was told, and from now on', async t => {
  const { fake, client } = await start(t)
  for (const number of [1, 2, 3]) fake.tell('ready', `ready ${number}`)
  const stop = new AbortController()
  const events = client.events(1, stop.signal)
  t.match((await events.next()).value, { id: 2 })
  t.match((await events.next()).value, { id: 3 })
  const next = events.next()
  fake.tell('ready', 'ready 4')
  t.match((await next).value, { id: 4, msg: 'ready 4' })
  const last = events.next()
  stop.abort()
  await t.rejects(last, { name: 'AdminError', kind: 'unreachable' })
})

t.test('follows what there is', async t => {
  const { fake, client } = await start(t)
  const live = client.live(new AbortController().signal)
  t.match((await live.next()).value, { kind: 'services', view: { services: [{ name: 'db' }] } })
  fake.tell('ready', 'ready')
  const two = [(await live.next()).value, (await live.next()).value]
  t.match(two, [{ kind: 'entry', entry: { msg: 'ready' } }, { kind: 'services' }])
  const lost = live.next()
  await fake.vanish()
  await t.rejects(lost, { kind: 'unreachable', code: 'ECONNRESET' })
})
