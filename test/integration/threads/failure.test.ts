import t from 'tap'
import { loggedAt, sessions, UNPROBED } from '../../fixtures/balanced-tcp.js'
import { launchEvenkeel, watchForLeaks, type Evenkeel } from '../../fixtures/evenkeel.js'
import { PRELOAD, startFaulty, withoutSharedPorts, type Fault } from '../../fixtures/faulty-threads.js'
import { echoed, TcpClient } from '../../fixtures/tcp-client.js'
import { echo, serveTcp } from '../../fixtures/tcp-server.js'
import { startUdpBackend, tells } from '../../fixtures/udp-backend.js'
import { openUdpClient } from '../../fixtures/udp-client.js'

const CLIENTS = 20

/** Clients with a session each. */
async function open(evenkeel: Evenkeel, count = CLIENTS): Promise<readonly TcpClient[]> {
  const clients = Array.from({ length: count }, () => new TcpClient(evenkeel.port))
  await Promise.all(clients.map(client => client.exchange('before')))
  return clients
}

function workerFailed(evenkeel: Evenkeel): Promise<number> {
  return evenkeel.metric('evenkeel_sessions_closed_total', { reason: 'worker-failed' })
}

/** From the failure to the replacement, in milliseconds, as the log has it. */
async function replaced(evenkeel: Evenkeel, worker: number): Promise<number> {
  const isIts = (event: Readonly<Record<string, unknown>>): boolean => event['worker'] === worker
  const failed = await evenkeel.event('worker-failed', isIts)
  return loggedAt(await evenkeel.event('worker-replaced', isIts)) - loggedAt(failed)
}

t.test('a data thread that fails is replaced, and its sessions are reset', async t => {
  const server = await serveTcp(t, echo)
  const { evenkeel, order } = await startFaulty(t, [
    ...['--listen', 'tcp://127.0.0.1:0', '--backend', server.address, '--access-log', ...UNPROBED],
  ])
  t.equal(await echoed(evenkeel.port, 'early'), 'early')
  const clients = await open(evenkeel)
  await order(0, 'throw')
  for (const { finished } of clients) t.match(await finished, { outcome: 'reset' })
  t.ok((await replaced(evenkeel, 1)) < 1000, 'within a second')
  t.match(await evenkeel.event('worker-failed'), {
    level: 'error',
    sessions: CLIENTS,
    error: /a fault that a test/,
  })
  const told = await sessions(evenkeel, CLIENTS + 1)
  t.equal(
    told.filter(({ reason }) => reason === 'worker-failed').length,
    CLIENTS,
    'each is in the access log',
  )

  t.equal(await echoed(evenkeel.port, 'late'), 'late', 'the replacement serves')
  t.equal(await workerFailed(evenkeel), CLIENTS)
  await evenkeel.until(
    () => evenkeel.metric('evenkeel_sessions_active'),
    active => active === 0,
  )
  t.equal(await evenkeel.metric('evenkeel_sessions_total'), CLIENTS + 2, 'totals go on')
  t.equal(await evenkeel.metric('evenkeel_session_duration_seconds_count', { protocol: 'tcp' }), CLIENTS + 2)
  t.equal(await evenkeel.metric('evenkeel_bytes_total', { direction: 'to_client' }), 5 + CLIENTS * 6 + 4)
  t.equal(evenkeel.stderr, '')
})

t.test('limits and counts are free of what a failed thread held', async t => {
  const server = await serveTcp(t, echo)
  const { evenkeel, order } = await startFaulty(t, [
    ...['--listen', 'tcp://127.0.0.1:0', '--max-connections', '3', ...UNPROBED],
    ...['--backend', `${server.address},max-connections=3`],
  ])
  await open(evenkeel, 3)
  t.match(await new TcpClient(evenkeel.port).finished, { outcome: 'reset' })
  await order(0, 'throw')
  await evenkeel.event('worker-replaced')
  const again = await open(evenkeel, 3)
  t.match(await new TcpClient(evenkeel.port).finished, { outcome: 'reset' })
  t.equal(await evenkeel.metric('evenkeel_refused_total', { reason: 'limit' }), 2)
  await Promise.all(again.map(client => client.end()))
})

t.test('however a thread ends', async t => {
  const ways: readonly (readonly [fault: Fault, nodeOptions: string, error: RegExp])[] = [
    ['exit', '', /without a word/],
    ['swell', '--max-old-space-size=64', /ERR_WORKER_OUT_OF_MEMORY/],
  ]
  for (const [fault, nodeOptions, error] of ways) {
    await t.test(fault, async t => {
      const server = await serveTcp(t, echo)
      const flags = ['--listen', 'tcp://127.0.0.1:0', '--backend', server.address, ...UNPROBED]
      const { evenkeel, order } = await startFaulty(t, flags, nodeOptions)
      const clients = await open(evenkeel)
      await order(0, fault)
      await Promise.all(clients.map(({ finished }) => finished))
      t.ok((await replaced(evenkeel, 1)) < 1000)
      t.match(await evenkeel.event('worker-failed'), { sessions: CLIENTS, error })
      t.equal(await workerFailed(evenkeel), CLIENTS, 'though it was never asked what it counted')
      t.equal(await evenkeel.metric('evenkeel_sessions_total'), CLIENTS)
      t.equal(await evenkeel.metric('evenkeel_sessions_active'), 0)
      t.equal(await echoed(evenkeel.port, 'late'), 'late')
    })
  }
})

t.test('one of two: the sessions of the other do not notice', { skip: withoutSharedPorts }, async t => {
  const server = await serveTcp(t, echo)
  const { evenkeel, order } = await startFaulty(t, [
    ...['--listen', 'tcp://127.0.0.1:0', '--backend', server.address, '--workers', '2', ...UNPROBED],
  ])
  const noLeaks = watchForLeaks(t, evenkeel)
  const clients = await open(evenkeel, 4 * CLIENTS)
  const lost = new Set<TcpClient>()
  for (const client of clients) {
    void client.finished.then(({ outcome }) => outcome === 'reset' && lost.add(client))
  }
  await order(1, 'throw')
  t.ok((await replaced(evenkeel, 2)) < 1000)
  const ended = await workerFailed(evenkeel)
  await evenkeel.until(
    () => Promise.resolve(lost.size),
    count => count === ended,
  )
  t.ok(ended > 0 && ended < clients.length, `${ended} of ${clients.length} were on the thread that failed`)
  const others = clients.filter(client => !lost.has(client))
  for (const client of others) t.equal(await client.exchange(' after'), 'before after')
  t.equal(await evenkeel.metric('evenkeel_sessions_active'), others.length)

  await order(0, 'throw')
  t.ok((await replaced(evenkeel, 1)) < 1000, 'the other one is replaced as well')
  t.equal(await workerFailed(evenkeel), clients.length)
  const later = await open(evenkeel)
  await Promise.all(later.map(client => client.end()))
  await noLeaks()
})

t.test('a UDP client goes on with the replacement', async t => {
  const backend = await startUdpBackend(t, tells('a'))
  const { evenkeel, order } = await startFaulty(t, [
    ...['--listen', 'udp://127.0.0.1:0', '--backend', backend.address],
  ])
  const client = await openUdpClient(t)
  await client.ask('hello', evenkeel.port)
  await order(0, 'throw')
  await evenkeel.event('worker-replaced')
  t.match((await client.askUntilAnswered('still there?', evenkeel.port)).text, /^a /)
  t.equal(await workerFailed(evenkeel), 1)
  t.equal(await evenkeel.metric('evenkeel_sessions_total', { protocol: 'udp' }), 2)
})

t.test('a second error while a thread ends spares no session, and the first one is told', async t => {
  const server = await serveTcp(t, echo)
  const flags = ['--listen', 'tcp://127.0.0.1:0', '--backend', server.address, ...UNPROBED]
  const { evenkeel, order } = await startFaulty(t, flags)
  const clients = await open(evenkeel)
  await order(0, 'throwTwice')
  for (const { finished } of clients) t.match(await finished, { outcome: 'reset' })
  t.match(await evenkeel.event('worker-failed'), { sessions: CLIENTS, error: /a fault that a test/ })
  await evenkeel.event('worker-replaced')
  t.equal(await workerFailed(evenkeel), CLIENTS)
  t.equal(await evenkeel.metric('evenkeel_sessions_active'), 0)
})

t.test('a thread that hangs does not keep the process from stopping', async t => {
  const server = await serveTcp(t, echo)
  const { evenkeel, order } = await startFaulty(t, [
    ...[
      '--listen',
      'tcp://127.0.0.1:0',
      '--backend',
      server.address,
      '--drain-timeout',
      '500ms',
      ...UNPROBED,
    ],
  ])
  await open(evenkeel)
  await order(0, 'hang')
  t.equal((await evenkeel.get('/metrics')).status, 200)
  evenkeel.signal('SIGTERM')
  t.same(await evenkeel.exit(), { code: 0, signal: null })
  const draining = await evenkeel.event('draining')
  const took = loggedAt(await evenkeel.event('stopped')) - loggedAt(draining)
  t.ok(took >= 500 && took < 2000, `${took} ms`)
})

t.test('a thread that cannot start is one line', async t => {
  const evenkeel = launchEvenkeel(t, ['--listen', 'tcp://127.0.0.1:0', '--backend', '127.0.0.1:9'], {
    shell: `export NODE_OPTIONS='--import=${PRELOAD}';`,
    env: { EVENKEEL_FAULTS: 'none' },
  })
  t.same(await evenkeel.exit(), { code: 1, signal: null })
  t.match(
    evenkeel.stderr,
    /^evenkeel: --workers 1: a data thread cannot start: [^\n]*a thread that cannot start\n$/,
  )
})
