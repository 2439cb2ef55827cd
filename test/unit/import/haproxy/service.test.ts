import t from 'tap'
import { importText } from '../../../fixtures/imported.js'

/** The one service of a `listen` with these lines, and the notes. */
async function listen(...lines: string[]) {
  const { services, notes } = await importText('haproxy', ['listen a', 'bind :1', ...lines].join('\n'))
  return { service: services['a'], notes }
}

t.test('algorithms', async t => {
  for (const [given, balance, note] of [
    ['roundrobin', undefined],
    ['static-rr', undefined],
    ['leastconn', 'least-connections'],
    ['source', 'ip-hash'],
    ['random', 'random-two'],
    ['random(2)', 'random-two'],
    ['random(1)', 'random-two', /better of two/],
    ['first', undefined, /3: balance first: is not there: maxConnections and backup/],
    ['hdr(host)', undefined, /is not there; round-robin is used/],
    ['toString', undefined, /is not there/],
  ] as const) {
    const { service, notes } = await listen(`balance ${given}`, 'server s 10.0.0.1:80')
    t.equal(service?.['balance'], balance, given)
    t.equal(notes.length, note === undefined ? 0 : 1, given)
    if (note !== undefined) t.match(notes[0], note)
  }
})

t.test('probing is as HAProxy does it', async t => {
  const plain = await listen('server s 10.0.0.1:80')
  t.same(plain.service?.['probe'], { kind: 'none' })
  t.equal(plain.service?.['closeOn'], undefined)

  const checked = await listen('timeout connect 5s', 'server s 10.0.0.1:80 check port 81 rise 1 fall 5')
  t.same(checked.service?.['probe'], { kind: 'tcp', port: 81, timeout: '2s', rise: 1, fall: 5 })
  t.same(checked.service?.['closeOn'], ['none'], 'sessions of a server that is down live on')

  const closing = await listen(
    'timeout check 100',
    'server s 10.0.0.1:80 check inter 1s on-marked-down shutdown-sessions',
  )
  t.same(closing.service?.['probe'], { kind: 'tcp', interval: '1s', timeout: '100ms' })
  t.equal(closing.service?.['closeOn'], undefined)
})

t.test('what is said per server is said once', async t => {
  const { service, notes } = await listen(
    'server s 10.0.0.1:80 check inter 1s slowstart 5s source 10.0.0.8',
    'server u 10.0.0.2:80 check inter 3s slowstart 60s source 10.0.0.9',
    'server v 10.0.0.3:80 source 10.0.0.8 slowstart 60s',
  )
  t.match(service, { probe: { interval: '1s' }, slowStart: '1m', sendSource: '10.0.0.8' })
  t.match(notes, [
    /^3: server s: slowstart .*the longest/,
    /^4: server u: inter: is the same for all servers of a service: as s has it/,
    /^4: server u: source/,
    /^5: server v: is probed as well/,
  ])
})

t.test('timeouts and limits', async t => {
  const { service } = await listen(
    'maxconn 100',
    'retries 0',
    'source 10.0.0.9',
    'timeout connect 4s',
    'timeout client 30s',
    'timeout server 1m',
    'timeout client-fin 5s',
    'timeout server-fin 3s',
    'server s 10.0.0.1:80',
  )
  t.match(service, {
    connectTimeout: '4s',
    idleTimeout: '1m',
    finTimeout: '5s',
    connectAttempts: 1,
    maxConnections: 100,
    sendSource: '10.0.0.9',
  })
  const tunnel = await listen(
    'timeout client 30s',
    'timeout tunnel 2h',
    'timeout connect 0',
    'server s 10.0.0.1:80',
  )
  t.match(tunnel.service, { idleTimeout: '2h', connectTimeout: undefined })
  const source = await listen('source 10.0.0.9 usesrc clientip', 'server s 10.0.0.1:80')
  t.match(source.notes, [/only the address is carried over/])
})

t.test('backups all serve', async t => {
  const servers = ['server s 10.0.0.1:80', 'server u 10.0.0.2:80 backup', 'server v 10.0.0.3:80 backup']
  t.match((await listen(...servers)).notes, [/^5: server v: all backups serve together/])
  t.same((await listen('option allbackups', ...servers)).notes, [])
})

t.test('a server without a port has that of the clients', async t => {
  const { service } = await listen('server s 10.0.0.1', 'server-template t 2 10.0.0.2')
  t.match(service, {
    backends: [{ address: '10.0.0.1:1' }, { address: '10.0.0.2:1' }, { address: '10.0.0.2:1' }],
  })
})
