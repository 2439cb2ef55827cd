import type { Socket } from 'node:net'
import t, { type Test } from 'tap'
import { balanceTcp, loggedAt, UNPROBED } from '../../fixtures/balanced-tcp.js'
import type { Evenkeel } from '../../fixtures/evenkeel.js'
import { quickest } from '../../fixtures/quickest.js'
import { TcpClient } from '../../fixtures/tcp-client.js'
import { hold, serveTcp } from '../../fixtures/tcp-server.js'

const DRAIN = 5000

/** The program with transfers that have begun. */
async function transfers(t: Test, count: number) {
  const sockets: Socket[] = []
  const server = await serveTcp(t, socket => {
    sockets.push(socket)
    hold(socket)
    socket.write('begin ')
  })
  const options = ['--drain-timeout', `${DRAIN}ms`, '--access-log']
  const evenkeel = await balanceTcp(t, [server.address], [...UNPROBED, ...options])
  const clients = Array.from({ length: count }, () => new TcpClient(evenkeel.port))
  await Promise.all(clients.map(client => client.receive('begin '.length)))
  return { evenkeel, clients, sockets }
}

function reasons(evenkeel: Evenkeel, reason: string): number {
  return evenkeel.events.filter(event => event.event === 'session' && event['reason'] === reason).length
}

t.test('case 16: drain', async t => {
  const { evenkeel, clients, sockets } = await transfers(t, 20)
  evenkeel.signal('SIGTERM')
  const draining = await evenkeel.event('draining')
  await evenkeel.until(
    () => new TcpClient(evenkeel.port).finished,
    ({ outcome }) => outcome === 'refused',
  )

  for (const client of clients) client.socket.write('more')
  for (const socket of sockets.slice(0, 10)) socket.end('and end')
  const results = await Promise.all(
    clients.map(async client => {
      const { bytes, outcome } = await client.finished
      client.socket.end()
      return `${bytes.toString()}: ${outcome}`
    }),
  )
  t.same(
    results.sort(),
    [...Array(10).fill('begin : reset'), ...Array(10).fill('begin and end: end')],
    'those that end in time are whole, the rest is reset',
  )
  t.same(await evenkeel.exit(), { code: 0, signal: null })
  const took = loggedAt(await evenkeel.event('stopped')) - loggedAt(draining)
  t.ok(took >= DRAIN - 5 && took < DRAIN + 500, `it drained for ${took} ms`)
  t.equal(reasons(evenkeel, 'backend-closed'), 10)
  t.equal(reasons(evenkeel, 'shutdown'), 10)
  t.equal(evenkeel.stderr, '')
})

t.test('it ends with the last session', async t => {
  const { evenkeel, clients } = await transfers(t, 2)
  evenkeel.signal('SIGINT')
  const draining = await evenkeel.event('draining')
  for (const client of clients) t.match(await client.end(), { outcome: 'end' })
  t.same(await evenkeel.exit(), { code: 0, signal: null })
  const took = loggedAt(await evenkeel.event('stopped')) - loggedAt(draining)
  t.ok(took < DRAIN, `it drained for ${took} ms`)
})

t.test('a second signal ends it at once', async t => {
  const took = await quickest(200, async () => {
    const { evenkeel, clients } = await transfers(t, 5)
    evenkeel.signal('SIGTERM')
    await evenkeel.event('draining')
    const signalledAt = performance.now()
    evenkeel.signal('SIGTERM')
    t.same(await evenkeel.exit(), { code: 0, signal: null })
    const elapsed = performance.now() - signalledAt
    for (const client of clients) t.match(await client.finished, { outcome: 'reset' })
    t.equal(reasons(evenkeel, 'shutdown'), 5)
    return elapsed
  })
  t.ok(took < 200, `it was gone after ${took.toFixed()} ms`)
})
