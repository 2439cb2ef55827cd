import type { IncomingMessage } from 'node:http'
import t from 'tap'
import { exchange, refuseConnect } from '../../../../src/control/admin/exchange.js'
import type { ExchangeTerms, ExchangeTools } from '../../../../src/control/admin/exchange.js'
import type { OpenFeed } from '../../../../src/control/admin/feed.js'
import type { AdminSource } from '../../../../src/control/admin/source.js'
import { adminSource, adminTools, backendNamed, SECRET } from '../../../fixtures/admin-source.js'
import { FakeClock, settled } from '../../../fixtures/fake-clock.js'
import { WiredClient } from '../../../fixtures/wired-server.js'

interface SetUp {
  readonly client: WiredClient
  readonly clock: FakeClock
  readonly warnings: unknown[][]
  /** Those that were opened. */
  readonly streams: OpenFeed[]
  stopping: boolean
  mayHold: boolean
  hasRoom: boolean
}

function setUp(
  source: AdminSource = adminSource(),
  expects: ExchangeTerms['expects'] = 'continue',
  told: Partial<ExchangeTools> = {},
): SetUp {
  const clock = new FakeClock()
  const warnings: unknown[][] = []
  const observer = { warning: (...warning: unknown[]) => void warnings.push(warning) }
  const terms = {
    bound: { kind: 'inet', host: '127.0.0.1', port: 7070 },
    isStopping: () => state.stopping,
    hold: () => state.mayHold,
  } as const
  const streams = {
    get hasRoom() {
      return state.hasRoom
    },
    open: (_response: unknown, feed: OpenFeed) => void state.streams.push(feed),
  }
  const live = { latest: undefined, subscribe: () => () => undefined }
  const tools: ExchangeTools = { ...adminTools(source, { clock, observer, ...told }), streams, live }
  const client = new WiredClient(
    (request, response) => void exchange(request, response, { ...terms, expects: 'nothing' }, tools),
    (request, response) => void exchange(request, response, { ...terms, expects }, tools),
  )
  const state: SetUp = {
    client,
    clock,
    warnings,
    streams: [],
    stopping: false,
    mayHold: true,
    hasRoom: true,
  }
  return state
}

const head = (line: string, ...headers: string[]): string =>
  [`${line} HTTP/1.1`, 'Host: localhost', ...headers, '', ''].join('\r\n')

t.test('answers and takes the next request on the same connection', async t => {
  const { client, clock } = setUp()
  client.send(head('GET /healthz'))
  await client.receive(/^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\nok$/)
  client.send(head('HEAD /api/v1/services'))
  await client.receive(/ok(HTTP\/1\.1 200 OK\r\n[^]*)\r\n\r\n$/)
  t.match(client.received, /Content-Length: \d{2,}/)
  t.match(client.received, /X-Content-Type-Options: nosniff/)
  t.match(client.received, /Cache-Control: no-store/)
  await settled()
  t.equal(clock.timers, 0, 'nothing is left of it')
  t.equal(client.closed, false)
})

t.test('the last answer of a server that stops says so', async t => {
  const state = setUp()
  state.stopping = true
  state.client.send(head('GET /healthz'))
  await state.client.close()
  t.match(state.client.received, /Connection: close[^]*ok$/)
})

t.test('a refused request is answered before its body, which is then let pass', async t => {
  const { client, clock } = setUp()
  client.send(head('POST /readyz', 'Origin: http://evil.example', 'Content-Length: 10'))
  await client.receive(/^HTTP\/1\.1 403 [^]*"status":403/)
  t.equal(client.closed, false)
  client.send('0123456789')
  await client.close()
  await settled()
  t.equal(clock.timers, 0)
})

t.test('a body that is too large', async t => {
  t.test('is refused by its announcement', async t => {
    const { client } = setUp()
    client.send(head('GET /healthz', 'Content-Length: 65537'))
    await client.receive(/^HTTP\/1\.1 413 [^]*"status":413/)
    t.match(client.received, /Connection: close/)
  })

  t.test('is refused when it has grown, whatever the route would say', async t => {
    const { client } = setUp()
    client.send(head('POST /nope', 'Transfer-Encoding: chunked'))
    const chunk = `8000\r\n${'x'.repeat(0x8000)}\r\n`
    client.send(chunk + chunk + '1\r\nx\r\n')
    await client.receive(/^HTTP\/1\.1 413 /)
    t.match(client.received, /"status":413/)
  })

  t.test('is not waited for longer than a second', async t => {
    const { client, clock } = setUp()
    client.send(head('GET /healthz', 'Content-Length: 65537'))
    await client.receive(/"status":413/)
    clock.advance(999)
    await settled()
    t.equal(client.closed, false)
    clock.advance(1)
    await client.close()
    t.equal(clock.now(), 1000)
  })

  t.test('is not listened to for more than a mebibyte', async t => {
    const { client, clock } = setUp()
    client.send(head('GET /healthz', 'Content-Length: 1000000000'))
    await client.receive(/"status":413/)
    for (let count = 0; count < 17; count++) client.send('x'.repeat(64 * 1024))
    await client.close()
    t.equal(clock.now(), 0, 'no time had to pass')
  })

  t.test('is not asked for', async t => {
    const { client } = setUp()
    client.send(head('POST /healthz', 'Expect: 100-continue', 'Content-Length: 65537'))
    await client.receive(/413/)
    t.match(client.received, /^HTTP\/1\.1 413 /)
  })
})

t.test('a client that waits for leave to send its body gets it', async t => {
  const { client } = setUp()
  client.send(head('POST /healthz', 'Expect: 100-continue', 'Content-Length: 1'))
  await client.receive(/^HTTP\/1\.1 100 Continue\r\n\r\n$/)
  client.send('x')
  await client.receive(/\r\n\r\nHTTP\/1\.1 405 [^]*\}$/)
  t.match(client.received, /"status":405/)
})

t.test('a source that fails is a 500 and a warning, not the end', async t => {
  const { client, warnings } = setUp(
    adminSource([], {
      metrics: () => Promise.reject(new Error('a worker is gone')),
      notReady: () => {
        throw new Error('no table')
      },
    }),
  )
  client.send(head('GET /metrics'))
  await client.receive(/^HTTP\/1\.1 500 [^]*application\/problem\+json[^]*a worker is gone/)
  client.send(head('GET /readyz'))
  await client.receive(/no table/)
  t.strictSame(warnings, [
    ['an admin request failed: a worker is gone', { target: '/metrics' }],
    ['an admin request failed: no table', { target: '/readyz' }],
  ])
})

t.test('a URL as target is judged by its own authority', async t => {
  const { client } = setUp()
  client.send('GET http://127.0.0.1/healthz HTTP/1.1\r\nHost: evil.example\r\n\r\n')
  await client.receive(/^HTTP\/1\.1 200 OK\r\n[^]*ok$/)
  client.send(head('GET http://evil.example/healthz'))
  await client.receive(/403 Forbidden[^]*problem\+json[^]*evil\.example/)
  t.match(client.received, /Connection: close/)
})

t.test('an expectation that is not known is refused, unless the whole request is', async t => {
  const foreign = setUp(adminSource(), 'unknown')
  foreign.client.send(head('GET /healthz', 'Expect: 100-continue', 'Origin: null'))
  await foreign.client.receive(/^HTTP\/1\.1 403 /)
  const { client } = setUp(adminSource(), 'unknown')
  client.send(head('GET /healthz', 'Expect: 100-continue'))
  await client.receive(/^HTTP\/1\.1 417 [^]*problem\+json[^]*"status":417/)
  t.match(client.received, /Connection: close/)
})

t.test('CONNECT is no method of ours', async t => {
  const bound = { kind: 'inet', host: '127.0.0.1', port: 7070 } as const
  const connect = (host: string): unknown =>
    refuseConnect(
      {
        url: 'a:1',
        httpVersion: '1.1',
        headersDistinct: { host: [host] },
        headers: {},
      } as unknown as IncomingMessage,
      bound,
    )
  t.match(connect('localhost'), { status: 405, headers: { Allow: 'GET, HEAD' } })
  t.match(connect('evil.example'), { status: 403 })
})

t.test('a client that leaves before its body is whole leaves nothing behind', async t => {
  const { client, clock, warnings } = setUp()
  client.send(head('POST /healthz', 'Content-Length: 10'))
  await settled()
  client.leave()
  await settled()
  t.equal(clock.timers, 0)
  t.equal(client.received, '')
  t.strictSame(warnings, [])
})

t.test('a change', async t => {
  const bearer = `Authorization: Bearer ${SECRET}`

  t.test('without the right is refused before its body and before anybody is asked', async t => {
    for (const [status, authority, ...headers] of [
      [401, undefined],
      [401, undefined, 'Authorization: Bearer wrong'],
      [403, 'nobody', bearer],
    ] as const) {
      const { client } = setUp(
        adminSource(),
        'continue',
        authority === undefined ? {} : { authority: () => ({ kind: 'nobody', reason: 'no place for it' }) },
      )
      client.send(head('PATCH /api/v1/services/nope/backends/x', ...headers, 'Content-Length: 100000'))
      await client.receive(new RegExp(`^HTTP/1\\.1 ${status} [^]*"status":${status}`))
      t.match(client.received, /Connection: close/)
      t.equal(/\r\nWWW-Authenticate: Bearer\r\n/.test(client.received), status === 401)
      if (status === 403) t.match(client.received, /no place for it/)
    }
  })

  t.test('without the right is not asked for its body', async t => {
    const { client } = setUp()
    client.send(head('POST /api/v1/reload', 'Expect: 100-continue', 'Content-Length: 1'))
    await client.receive(/401/)
    t.match(client.received, /^HTTP\/1\.1 401 /)
  })

  t.test('is made with its body and answered with 201', async t => {
    const asked: unknown[] = []
    const source = adminSource()
    const { client } = setUp({
      ...source,
      changes: {
        ...source.changes,
        addBackend: (...told) => {
          asked.push(told)
          return Promise.resolve(backendNamed('db3'))
        },
      },
    })
    const body = '{"address":"10.0.0.13:5432"}'
    client.send(head('POST /api/v1/services/a%20b/backends', bearer, `Content-Length: ${body.length}`) + body)
    await client.receive(/^HTTP\/1\.1 201 Created[^]*\}$/)
    t.strictSame(asked, [['a b', { address: '10.0.0.13:5432' }]])
  })

  t.test('that leaves nothing to say has no body and no length', async t => {
    const source = adminSource()
    const { client } = setUp({
      ...source,
      changes: { ...source.changes, removeBackend: () => Promise.resolve() },
    })
    client.send(head('DELETE /api/v1/services/a/backends/b', bearer))
    await client.receive(/^HTTP\/1\.1 204 No Content\r\n[^]*\r\n\r\n$/)
    t.notMatch(client.received, /Content-Length/)
    client.send(head('GET /healthz'))
    await client.receive(/ok$/)
  })
})

t.test('a stream', async t => {
  const events = head('GET /api/v1/events')

  t.test('is opened with a head that nothing holds back', async t => {
    const { client, streams } = setUp()
    client.send(events)
    while (streams.length === 0) await settled()
    t.equal(client.closed, false)
  })

  t.test('is not opened where something follows it', async t => {
    const state = setUp()
    state.mayHold = false
    state.client.send(events)
    for (let turn = 0; turn < 5; turn++) await settled()
    t.strictSame([state.streams.length, state.client.received], [0, ''])
  })

  t.test('that is one too many is refused and may be asked for again', async () => {
    const state = setUp()
    state.hasRoom = false
    state.client.send(events)
    await state.client.receive(/^HTTP\/1\.1 503 [^]*Retry-After: 5\r\n[^]*"status":503/)
    state.hasRoom = true
    state.client.send(events)
    while (state.streams.length === 0) await settled()
  })

  t.test('has a head alone for who asks for that', async t => {
    const { client, streams } = setUp()
    client.send(head('HEAD /api/v1/live'))
    await client.close()
    t.match(client.received, /^HTTP\/1\.1 200 OK\r\nContent-Type: text\/event-stream\r\n[^]*\r\n\r\n$/)
    t.equal(streams.length, 0)
  })

  t.test('goes on where the client says', async () => {
    const { client, streams } = setUp()
    client.send(head('GET /api/v1/events', 'Last-Event-ID: 12'))
    while (streams.length === 0) await settled()
    const refused = setUp()
    refused.client.send(head('GET /api/v1/events', 'Last-Event-ID: twelve'))
    await refused.client.receive(/^HTTP\/1\.1 422 [^]*"path":"Last-Event-ID"/)
  })
})
