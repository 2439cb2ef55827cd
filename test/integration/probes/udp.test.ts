import { createSocket, type Socket } from 'node:dgram'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import t from 'tap'
import { udpProbe } from '../../../src/control/probes/udp.js'
import type { Probe } from '../../../src/control/probes/probe.js'
import type { Expectation } from '../../../src/core/service.js'
import { listenUdp, loopback, unhurried } from '../../fixtures/probe-targets.js'

const starts = (text: string): Expectation => ({ kind: 'prefix', bytes: Buffer.from(text) })

function probe({
  port,
  expect,
  send = 'PING',
}: { port?: number; expect?: Expectation; send?: string } = {}): Probe {
  return udpProbe({ kind: 'udp', port, send: Buffer.from(send), expect })
}

t.test('passes on any reply, also an empty one, over IPv4 and IPv6', async t => {
  for (const family of [4, 6] as const) {
    const target = await listenUdp(
      t,
      (_datagram, from, server) => server.send('', from.port, from.address),
      family,
    )
    t.same(await probe()(target, unhurried()), { kind: 'pass', reason: 'answered' })
  }
})

t.test('the reply must be the expected one', async t => {
  const target = await listenUdp(t, (datagram, from, server) =>
    server.send(datagram, from.port, from.address),
  )
  t.equal((await probe({ expect: starts('PI') })(target, unhurried())).kind, 'pass')
  t.same(await probe({ expect: starts('PONG') })(target, unhurried()), {
    kind: 'fail',
    cause: 'dead',
    reason: 'unexpected answer "PING"',
  })
  t.match(
    await probe({ expect: starts('PING PONG') })(target, unhurried()),
    { kind: 'fail' },
    'in one datagram',
  )
  const port = target.kind === 'inet' ? target.port : 0
  t.equal((await probe({ port })(loopback(1), unhurried())).kind, 'pass', 'another port')
})

t.test('a refusal', async t => {
  const closed = createSocket('udp4').bind(0, '127.0.0.1')
  await once(closed, 'listening')
  const { port } = closed.address()
  closed.close()
  await once(closed, 'close')
  t.same(await probe()(loopback(port), unhurried()), {
    kind: 'fail',
    cause: 'dead',
    reason: 'connection refused (ECONNREFUSED)',
  })
})

t.test('only the backend itself can reply', async t => {
  const stranger = createSocket('udp4')
  t.teardown(() => stranger.close())
  const target = await listenUdp(t, (_datagram, { port, address }, server) => {
    stranger.send('WRONG', port, address, () => server.send('RIGHT', port, address))
  })
  t.same(await probe({ expect: starts('RIGHT') })(target, unhurried()), { kind: 'pass', reason: 'answered' })
})

t.test('a datagram of a stranger who wrote before the socket was connected is no answer', async t => {
  const stranger = createSocket({ type: 'udp4', lookup: (host, _options, found) => found(null, host, 4) })
  stranger.bind(0, '127.0.0.1')
  t.teardown(() => stranger.close())
  const interfere = (message: unknown): void => {
    const { socket } = message as { readonly socket: Socket }
    socket.on('listening', () => stranger.send('WRONG', socket.address().port, '127.0.0.1'))
  }
  const target = await listenUdp(t, (_datagram, { port, address }, server) =>
    setImmediate(() => server.send('RIGHT', port, address)),
  )
  subscribe('udp.socket', interfere)
  t.teardown(() => unsubscribe('udp.socket', interfere))
  t.same(await probe({ expect: starts('RIGHT') })(target, unhurried()), { kind: 'pass', reason: 'answered' })
})

t.test('a datagram that no network carries', async t => {
  const target = await listenUdp(t, () => undefined)
  t.match(await probe({ send: 'x'.repeat(70_000) })(target, unhurried()), {
    kind: 'fail',
    reason: 'datagram too long (EMSGSIZE)',
  })
})

t.test('a unix socket has no datagrams', async t => {
  t.match(await probe()({ kind: 'unix', path: '/run/db.sock' }, unhurried()), {
    kind: 'fail',
    reason: 'a unix socket cannot be probed by udp',
  })
})

t.test('an abort closes the socket to a silent backend', async t => {
  const control = new AbortController()
  let port = 0
  const target = await listenUdp(t, (_datagram, from) => {
    port = from.port
    control.abort()
  })
  await probe()(target, control.signal)
  const knock = createSocket('udp4')
  t.teardown(() => knock.close())
  knock.connect(port, '127.0.0.1', () => knock.send('anybody?'))
  const [error] = (await once(knock, 'error')) as [NodeJS.ErrnoException]
  t.equal(error.code, 'ECONNREFUSED', 'nobody is there any more')
})

t.test('an abort in the turn of the start', async t => {
  const control = new AbortController()
  const target = await listenUdp(t, () => t.fail('nothing is sent'))
  const told = probe()(target, control.signal)
  control.abort()
  t.equal((await told).kind, 'local')
  await new Promise(resolve => setImmediate(resolve))
})
