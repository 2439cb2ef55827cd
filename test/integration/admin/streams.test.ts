import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { MOST_CONNECTIONS, startAdmin, type EventReader } from '../../fixtures/admin-server.js'
import { adminSource, FakeJournal, serviceNamed } from '../../fixtures/admin-source.js'

const ids = (reader: EventReader): readonly number[] => reader.messages.map(({ id }) => Number(id))
const numbers = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index)
const GET = 'GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n'

t.test('events', async t => {
  t.test('come as they happen, each with its name and a rising id', async t => {
    const journal = new FakeJournal()
    journal.tell('listening')
    const admin = await startAdmin(t, { source: adminSource([], { journal }) })
    const reader = await admin.stream(t, '/api/v1/events')
    t.match(reader.answer.headers, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      connection: 'close',
    })
    await reader.until(() => reader.comments > 0)
    const told = journal.tell('backend-state', { backend: 'db1', reason: 'line\nline' })
    journal.tell('failover')
    await reader.until(() => reader.messages.length === 2)
    t.strictSame(reader.messages, [
      { event: 'backend-state', id: '2', value: { ...told } },
      { event: 'failover', id: '3', value: { ...journal.entries[2] } },
    ])
  })

  t.test('go on after the last one that the client had', async t => {
    const journal = new FakeJournal()
    const admin = await startAdmin(t, { source: adminSource([], { journal }) })
    for (let count = 0; count < 1000; count++) journal.tell('warning', { padding: 'x'.repeat(1000) })
    for (const [path, headers] of [
      ['/api/v1/events', { 'Last-Event-ID': '250' }],
      ['/api/v1/events?after=250', {}],
      ['/api/v1/events?after=3', { 'Last-Event-ID': '250' }],
      ['/api/v1/live', { 'Last-Event-ID': '250' }],
    ] as const) {
      const reader = await admin.stream(t, path, headers)
      const entries = (): readonly number[] => ids(reader).filter(id => !Number.isNaN(id))
      await reader.until(() => entries().length >= 750)
      t.strictSame(entries(), numbers(251, 1000), `${path} ${JSON.stringify(headers)}`)
      reader.answer.destroy()
    }
    const all = await admin.stream(t, '/api/v1/events?after=5000')
    await all.until(() => all.messages.length === 1000)
    journal.tell('ready')
    await all.until(() => all.messages.length === 1001)
    t.strictSame(ids(all), numbers(1, 1001), 'an id of an earlier run stands for the beginning')
    t.match(await admin.ask('GET', '/api/v1/events?after=x'), { status: 422, body: /"path":"after"/ })
  })
})

t.test('live', async t => {
  t.test('begins with the services and brings each event, and right after it the services again', async t => {
    const journal = new FakeJournal()
    let made = 0
    const services = () => Promise.resolve([serviceNamed(`made-${++made}`)])
    const admin = await startAdmin(t, { source: adminSource([], { journal, services }) })
    t.equal(made, 0, 'nothing is made when nobody reads')
    const reader = await admin.stream(t, '/api/v1/live')
    await reader.until(() => reader.of('services').length === 1)
    t.match(reader.messages[0], {
      id: undefined,
      value: { at: '2026-01-01T01:00:00.000Z', services: [{ name: 'made-1' }] },
    })
    const begun = performance.now()
    journal.tell('backend-state')
    await reader.until(() => reader.of('services').length === 2)
    t.ok(performance.now() - begun < 300, 'long before the second is over')
    t.strictSame(
      reader.messages.map(({ event }) => event),
      ['services', 'entry', 'services'],
    )
    await reader.until(() => reader.of('services').length === 3)
    const others = await Promise.all(numbers(1, 10).map(() => admin.stream(t, '/api/v1/live')))
    const before = made
    await Promise.all(others.map(other => other.until(() => other.of('services').length === 3)))
    t.ok(made - before <= 4, `${made - before} views for ten readers`)
    for (const each of [reader, ...others]) each.answer.destroy()
  })
})

t.test('there are 16 at a time, and the rest may come back', async t => {
  const admin = await startAdmin(t)
  const readers = await Promise.all(
    numbers(1, 16).map(id => admin.stream(t, id % 2 ? '/api/v1/live' : '/api/v1/events')),
  )
  t.strictSame(new Set(readers.map(({ status }) => status)), new Set([200]))
  t.match(await admin.ask('GET', '/api/v1/events'), {
    status: 503,
    headers: { 'retry-after': '5' },
    body: /"status":503/,
  })
  // Nor do clients that connect take their places.
  for (let count = 0; count < 2 * MOST_CONNECTIONS; count++) (await admin.connect(t)).resume()
  t.match(await admin.ask('GET', '/healthz'), { status: 200 })
  readers[0]?.answer.destroy()
  let status = 503
  while (status === 503) {
    const reader = await admin.stream(t, '/api/v1/events')
    status = reader.status ?? 0
  }
  t.equal(status, 200)
  for (const reader of readers.slice(1)) {
    await reader.until(() => reader.comments > 0)
    t.equal(reader.answer.destroyed, false)
  }
})

t.test('it is the last answer of its connection', async t => {
  t.test('a request behind it ends both', async t => {
    const admin = await startAdmin(t)
    for (const writes of [[GET + GET], [GET + 'nonsense\r\n\r\n'], [GET, GET], [GET, 'nonsense\r\n\r\n']]) {
      const socket = await admin.connect(t)
      const [first = '', second] = writes
      socket.write(first)
      if (second !== undefined) {
        await once(socket, 'data')
        socket.write(second)
      }
      t.notMatch(await text(socket).catch(() => ''), /HTTP\/1\.1 200[^]*HTTP\/1\.1/)
    }
    t.match(await admin.ask('GET', '/healthz'), { status: 200 })
  })

  t.test('requests before it are answered first', async t => {
    const admin = await startAdmin(t)
    const socket = await admin.connect(t)
    socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n' + GET)
    let received = ''
    socket.on('data', chunk => (received += String(chunk)))
    while (!/ok(HTTP\/1\.1 200 OK)[^]*:\n\n/.test(received)) await once(socket, 'data')
    t.equal(socket.destroyed, false)
  })

  t.test('a HEAD has no body and takes no place', async t => {
    const admin = await startAdmin(t)
    for (let count = 0; count < 20; count++) {
      const head = await admin.ask('HEAD', '/api/v1/live')
      t.match(head, { status: 200, headers: { 'content-type': 'text/event-stream' }, body: '' })
    }
  })
})

t.test('a stop of the server ends it', async t => {
  const admin = await startAdmin(t)
  const reader = await admin.stream(t, '/api/v1/live')
  await reader.until(() => reader.messages.length > 0)
  await admin.server.stop(60_000)
  await reader.end()
  t.equal(reader.answer.complete, true, 'in order')
})
