import t from 'tap'
import { importText } from '../../../fixtures/imported.js'

const CLUSTER = `
global
    log /dev/log local0
    maxconn 20000
    nbthread 4
    tune.bufsize 32768
    ssl-default-bind-options no-sslv3
    nonsense 1

defaults base
    mode tcp
    timeout connect 5s
    timeout client  50000
    timeout server  1m
    retries 2

defaults quick from base
    timeout server 10s
    timeout client 10s

listen postgres from base
    bind *:5432,:::5432 name pg
    balance leastconn
    default-server inter 3s fall 4 on-marked-down shutdown-sessions
    server pg1 10.0.0.11:5432 check weight 10
    server pg2 10.0.0.12:5432 check maxconn 100
    server pg3 10.0.0.13:5432 check backup

frontend redis_in
    bind 10.0.0.1:6379
    maxconn 500
    default_backend redis

frontend redis_too
    bind 10.0.0.1:6380
    default_backend redis

backend redis
    balance source
    server r1 10.0.1.1:6379

backend forgotten
    server f 10.0.1.1:6379

peers mates
    peer a 10.0.0.1:1024
`

t.test('frontends and backends become services, with the defaults that hold', async t => {
  const { services, process, notes } = await importText('haproxy', CLUSTER)
  t.same(process, { workers: 'auto' })
  t.same(services, {
    postgres: {
      listen: ['tcp://*:5432'],
      balance: 'least-connections',
      backends: [
        { address: '10.0.0.11:5432', name: 'pg1', weight: 10 },
        { address: '10.0.0.12:5432', name: 'pg2', maxConnections: 100 },
        { address: '10.0.0.13:5432', name: 'pg3', backup: true },
      ],
      probe: { kind: 'tcp', interval: '3s', timeout: '3s', fall: 4 },
      connectTimeout: '5s',
      connectAttempts: 3,
      idleTimeout: '1m',
    },
    redis_in: {
      listen: ['tcp://10.0.0.1:6379'],
      balance: 'ip-hash',
      backends: [{ address: '10.0.1.1:6379', name: 'r1' }],
      probe: { kind: 'none' },
      connectTimeout: '5s',
      connectAttempts: 3,
      idleTimeout: '10s',
      maxConnections: 500,
    },
    redis_too: {
      listen: ['tcp://10.0.0.1:6380'],
      balance: 'ip-hash',
      backends: [{ address: '10.0.1.1:6379', name: 'r1' }],
      probe: { kind: 'none' },
      connectTimeout: '5s',
      connectAttempts: 3,
      idleTimeout: '10s',
    },
  })
  t.match(notes, [
    /^3: log /,
    /^4: maxconn 20000: the limit follows the limit of open files/,
    /^5: nbthread 4: workers: auto/,
    /^6: tune\.bufsize 32768: nothing to tune/,
    /^7: ssl-default-bind-options no-sslv3: evenkeel speaks no TLS/,
    /^8: nonsense 1: not known here/,
    /^34: frontend redis_too: shares its servers with redis_in/,
    /^42: backend forgotten: left out: no frontend/,
    /^45: peers mates: left out: evenkeel shares no tables/,
  ])
  t.equal(notes.length, 9)
})

t.test('what is left out says why, in one line', async t => {
  for (const [text, note] of [
    ['listen a\nbind :1\ndisabled\nserver s x:1', /^1: listen a: left out: it is disabled/],
    ['listen a\nbind :1\nmode health', /left out: mode health/],
    ['frontend a\nbind :1', /left out: it has no default_backend/],
    ['frontend a\nbind :1\ndefault_backend b', /left out: its backend b is not there/],
    ['listen a\nserver s 10.0.0.1:1', /left out: it has no listener/],
    ['listen a\nbind :1', /left out: it has no server/],
    [
      'listen a\nmode http\nbind :1\ncookie x\nserver s 10.0.0.1:1',
      /left out: mode http with cookie \(line 4\)/,
    ],
    [
      'listen a\nmode http\nbind :1\noption forwardfor\nserver s 10.0.0.1:1',
      /with option forwardfor \(line 4\)/,
    ],
  ] as const) {
    const { services, notes } = await importText('haproxy', text)
    t.same(services, {}, text)
    t.match(notes, [note], text)
  }
})

t.test('a proxy in mode http that needs no HTTP is balanced as TCP', async t => {
  const { services, notes } = await importText(
    'haproxy',
    'defaults\nmode http\nlisten a\nbind :1\noption httpchk GET /up\nhttp-check expect status 204\nserver s 10.0.0.1:1 check',
  )
  t.match(services['a'], { probe: { kind: 'http', path: '/up', status: 204 } })
  t.match(notes, [/^2: mode http: connections are balanced, not requests/])
})

t.test('defaults that are not there are told', async t => {
  const { services, notes } = await importText('haproxy', 'listen a from b\nbind :1\nserver s 10.0.0.1:1')
  t.ok(services['a'])
  t.match(notes, [/^1: listen a: there are no defaults b above it/])
})

t.test('a text without a section is none of HAProxy', async t => {
  await t.rejects(importText('haproxy', 'hello\nworld'), {
    name: 'ImportError',
    message: /^f: no section of HAProxy/,
  })
})
