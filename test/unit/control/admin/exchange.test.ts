import type { IncomingMessage } from 'node:http'
import t from 'tap'
import { exchange, refuseConnect } from '../../../../src/control/admin/exchange.js'
import type { ExchangeTerms } from '../../../../src/control/admin/exchange.js'
import type { AdminSource } from '../../../../src/control/admin/routes.js'
import { adminSource } from '../../../fixtures/admin-source.js'
import { FakeClock, settled } from '../../../fixtures/fake-clock.js'
import { WiredClient } from '../../../fixtures/wired-server.js'

interface SetUp {
  readonly client: WiredClient
  readonly clock: FakeClock
  readonly warnings: unknown[][]
  stopping: boolean
}

function setUp(source: AdminSource = adminSource(), expects: ExchangeTerms['expects'] = 'continue'): SetUp {
  const clock = new FakeClock()
  const warnings: unknown[][] = []
  const observer = { warning: (...warning: unknown[]) => void warnings.push(warning) }
  const terms = {
    bound: { kind: 'inet', host: '127.0.0.1', port: 7070 },
    isStopping: () => state.stopping,
  } as const
  const tools = { source, clock, observer }
  const client = new WiredClient(
    (request, response) => void exchange(request, response, { ...terms, expects: 'nothing' }, tools),
    (request, response) => void exchange(request, response, { ...terms, expects }, tools),
  )
  const state = { client, clock, warnings, stopping: false }
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
