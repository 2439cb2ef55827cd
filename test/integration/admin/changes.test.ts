import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import t, { type Test } from 'tap'
import { startAdmin, type Answered } from '../../fixtures/admin-server.js'
import { adminSource, backendNamed, SECRET } from '../../fixtures/admin-source.js'
import { ChangeRefused, type AdminSource, type Changes } from '../../../src/control/admin/source.js'

const BACKENDS = '/api/v1/services/postgres/backends'
const EVERY = [
  ['POST', BACKENDS],
  ['PATCH', `${BACKENDS}/db1`],
  ['DELETE', `${BACKENDS}/db1`],
  ['POST', `${BACKENDS}/db1/kill-sessions`],
  ['POST', '/api/v1/reload'],
] as const

/** A source of one service with one backend, which remembers what was changed. */
function changing(): { source: AdminSource; made: unknown[][] } {
  const made: unknown[][] = []
  const known = (service: string, backend = 'db1'): void => {
    if (service !== 'postgres') throw new ChangeRefused('unknown', `there is no service ${service}`)
    if (backend !== 'db1') throw new ChangeRefused('unknown', `${service} has no backend ${backend}`)
  }
  const changes: Changes = {
    addBackend: (service, fields) => {
      known(service)
      const { address } = fields as { address?: unknown }
      if (address === undefined) throw new ChangeRefused('invalid', 'address is missing', 'address')
      if (address === 'taken') throw new ChangeRefused('conflict', 'the name is in use', 'name')
      made.push(['add', service, fields])
      return Promise.resolve(backendNamed('db2'))
    },
    changeBackend: (service, backend, change) => {
      known(service, backend)
      const { weight } = change as { weight?: unknown }
      if (weight === 0) throw new ChangeRefused('invalid', 'weight 0: not a number from 1 to 256', 'weight')
      made.push(['change', service, backend, change])
      return Promise.resolve(backendNamed(backend))
    },
    removeBackend: (service, backend) => {
      known(service, backend)
      made.push(['remove', service, backend])
      return Promise.resolve()
    },
    killSessions: (service, backend) => {
      known(service, backend)
      made.push(['kill', service, backend])
      return Promise.resolve()
    },
    reload: () => Promise.reject(new ChangeRefused('conflict', 'there is no config file to read')),
  }
  // What throws must come as a rejection, as the app's does.
  const rejecting = Object.fromEntries(
    Object.entries(changes).map(([name, change]) => [
      name,
      async (...told: never[]) => (change as (...told: never[]) => unknown)(...told),
    ]),
  ) as unknown as Changes
  return { source: adminSource(['postgres'], { changes: rejecting }), made }
}

function isProblem(t: Test, status: number, answered: Answered): void {
  t.match(answered, { status, headers: { 'content-type': /^application\/problem\+json/ } })
  t.match(JSON.parse(answered.body), { type: 'about:blank', title: /./, status, detail: /./ })
}

t.test('each change with the token', async t => {
  const { source, made } = changing()
  const admin = await startAdmin(t, { source })
  const added = await admin.ask('POST', BACKENDS, '{"address":"10.0.0.12:5432","weight":2}')
  t.match(added, { status: 201, headers: { 'content-type': /^application\/json/ } })
  t.strictSame(JSON.parse(added.body), backendNamed('db2'))
  const changed = await admin.ask('PATCH', `${BACKENDS}/db1`, '{"state":"drain","for":"10m","then":"kill"}')
  t.equal(changed.status, 200)
  t.strictSame(JSON.parse(changed.body), backendNamed('db1'))
  t.match(await admin.ask('POST', `${BACKENDS}/db1/kill-sessions`), { status: 204, body: '' })
  t.match(await admin.ask('DELETE', `${BACKENDS}/d%621`), { status: 204, body: '' })
  t.strictSame(made, [
    ['add', 'postgres', { address: '10.0.0.12:5432', weight: 2 }],
    ['change', 'postgres', 'db1', { state: 'drain', for: '10m', then: 'kill' }],
    ['kill', 'postgres', 'db1'],
    ['remove', 'postgres', 'db1'],
  ])
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=utf-8']) {
    const headers = { 'Content-Type': type }
    t.match(await admin.ask('PATCH', `${BACKENDS}/db1`, '{}', { headers }), { status: 200 }, type)
  }
})

t.test('without the right token nothing is changed and nothing told', async t => {
  const { source, made } = changing()
  const admin = await startAdmin(t, { source })
  for (const [method, path] of EVERY) {
    for (const authorization of ['', 'Bearer', 'Bearer wrong', `Basic ${SECRET}`, `Bearer ${SECRET}x`]) {
      const answered = await admin.ask(method, path, '{}', { headers: { Authorization: authorization } })
      isProblem(t, 401, answered)
      t.equal(answered.headers['www-authenticate'], 'Bearer')
      const elsewhere = path.replace('postgres', 'nope').replace('db1', 'none')
      const other = await admin.ask(method, elsewhere, '{}', { headers: { Authorization: authorization } })
      t.equal(other.body, answered.body, 'as where there is no such thing')
    }
  }
  t.strictSame(made, [])
})

t.test('a client without the token need not send its body', async t => {
  const admin = await startAdmin(t)
  const socket = await admin.connect(t)
  socket.write(`PATCH ${BACKENDS}/db1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\n\r\n{`)
  const begun = performance.now()
  const [head] = (await once(socket, 'data')) as [Buffer]
  t.match(head.toString(), /^HTTP\/1\.1 401 /)
  t.ok(performance.now() - begun < 1000)
  t.match(await text(socket), '')
})

t.test('where there is no token changes are refused, and reads are not', async t => {
  const authority = () => ({ kind: 'nobody', reason: 'name a file with --admin-token-file' }) as const
  const admin = await startAdmin(t, { authority })
  for (const [method, path] of EVERY) {
    const answered = await admin.ask(method, path, '{}')
    isProblem(t, 403, answered)
    t.match(answered.body, '--admin-token-file')
  }
  t.match(await admin.ask('GET', '/api/v1/services'), { status: 200 })
})

t.test('the token does not open what Host and Origin close', async t => {
  const { source, made } = changing()
  const admin = await startAdmin(t, { source })
  for (const headers of [{ Host: 'evil.example' }, { Origin: 'http://evil.example' }, { Origin: 'null' }]) {
    isProblem(t, 403, await admin.ask('PATCH', `${BACKENDS}/db1`, '{"weight":2}', { headers }))
  }
  t.strictSame(made, [])
  const headers = { Origin: `http://127.0.0.1:${admin.port}` }
  t.match(await admin.ask('PATCH', `${BACKENDS}/db1`, '{"weight":2}', { headers }), { status: 200 })
})

t.test('what cannot be done has its status, and the path of the value', async t => {
  const { source } = changing()
  const admin = await startAdmin(t, { source })
  for (const [status, method, path, body, where] of [
    [404, 'POST', '/api/v1/services/nope/backends', '{"address":"x"}', undefined],
    [404, 'PATCH', `${BACKENDS}/nope`, '{}', undefined],
    [404, 'DELETE', `${BACKENDS}/nope`, '', undefined],
    [404, 'POST', `${BACKENDS}/nope/kill-sessions`, '', undefined],
    [404, 'POST', `${BACKENDS}/db1/restart`, '', undefined],
    [405, 'PUT', `${BACKENDS}/db1`, '{}', undefined],
    [405, 'GET', `${BACKENDS}/db1`, '', undefined],
    [405, 'GET', '/api/v1/reload', '', undefined],
    [409, 'POST', BACKENDS, '{"address":"taken"}', 'name'],
    [409, 'POST', '/api/v1/reload', '', undefined],
    [413, 'PATCH', `${BACKENDS}/db1`, `{"weight":${' '.repeat(65_536)}1}`, undefined],
    [422, 'POST', BACKENDS, '{}', 'address'],
    [422, 'PATCH', `${BACKENDS}/db1`, '{"weight":0}', 'weight'],
    [422, 'PATCH', `${BACKENDS}/db1`, '', undefined],
    [422, 'PATCH', `${BACKENDS}/db1`, '{"weight":', undefined],
    [422, 'PATCH', `${BACKENDS}/db1`, '[]', undefined],
    [422, 'PATCH', `${BACKENDS}/db1`, 'null', undefined],
  ] as const) {
    const answered = await admin.ask(method, path, body)
    isProblem(t, status, answered)
    t.equal((JSON.parse(answered.body) as { path?: string }).path, where, `${status} ${method} ${path}`)
    if (status === 405) t.match(answered.headers['allow'], /^(PATCH, DELETE|POST)$/)
  }
})
