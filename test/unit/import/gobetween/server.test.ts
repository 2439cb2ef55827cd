import t from 'tap'
import { importText } from '../../../fixtures/imported.js'

async function server(keys: string, list = '"10.0.0.1:1"') {
  const { services, notes } = await importText(
    'gobetween',
    `[servers.a]\n${keys}\n[servers.a.discovery]\nkind = "static"\nstatic_list = [${list}]`,
  )
  return { service: services['a'], notes }
}

t.test('listeners and algorithms', async t => {
  for (const [keys, wanted] of [
    ['bind = ":1"', { listen: ['tcp://*:1'] }],
    ['bind = "[::1]:1"\nprotocol = "udp"', { listen: ['udp://[::1]:1'] }],
    ['bind = "localhost:1"\nbalance = "weight"', { listen: ['tcp://localhost:1'], balance: undefined }],
    ['bind = ":1"\nbalance = "leastconn"', { balance: 'least-connections' }],
    ['bind = ":1"\nbalance = "iphash1"', { balance: 'ip-hash' }],
    ['bind = ":1"\nbalance = "roundrobin"', { balance: undefined }],
  ] as const) {
    const { service, notes } = await server(keys)
    t.match(service, wanted, keys)
    t.same(notes, [], keys)
  }
})

t.test('weights, priorities and what servers may say', async t => {
  const { service, notes } = await server(
    'bind = ":1"',
    '"10.0.0.1:1 weight=5 priority=2", "10.0.0.2:1 weight=0 priority=1", "10.0.0.3:1 priority=3 sni=x"',
  )
  t.same(service?.['backends'], [
    { address: '10.0.0.1:1', weight: 5, backup: true },
    { address: '10.0.0.2:1', state: 'drain' },
    { address: '10.0.0.3:1', backup: true },
  ])
  t.match(notes, [/10\.0\.0\.3:1: sni=x is not carried over/, /two tiers/])
})

t.test('limits of TCP and of UDP', async t => {
  const keys =
    'bind = ":1"\nmax_connections = 9\nclient_idle_timeout = "1m"\nbackend_idle_timeout = "5m"\nbackend_connection_timeout = "2s"'
  t.match((await server(keys)).service, { maxConnections: 9, idleTimeout: '5m', connectTimeout: '2s' })
  t.match((await server(`${keys}\nprotocol = "udp"`)).service, { maxUdpSessions: 9, udpIdleTimeout: '5m' })
  const never = await server('bind = ":1"\nclient_idle_timeout = "0"\nprotocol = "udp"')
  t.equal(never.service?.['udpIdleTimeout'], undefined)
  t.match(never.notes, [/always ends when it is idle/])
})

t.test('what is left out, and what is told', async t => {
  for (const [keys, isKept, note] of [
    ['bind = ":1"\nprotocol = "tls"', false, /^3: servers\.a\.protocol: left out: evenkeel does not end TLS/],
    ['bind = ":1"\nprotocol = "frob"', false, /frob is not known/],
    ['bind = "tcp://:1"', false, /bind: left out/],
    ['protocol = "tcp"', false, /bind: left out/],
    ['bind = ":1"\nbackends_tls = { ignore_verify = true }', false, /no TLS to servers/],
    ['bind = ":1"\nsni = { a = 1 }', true, /nothing is routed by content/],
    ['bind = ":1"\naccess = { default = "deny" }', true, /access lists/],
    ['bind = ":1"\nproxy_protocol = { version = "1" }', true, /PROXY protocol/],
    ['bind = ":1"\nfrob = 1', true, /servers\.a\.frob: not known here/],
    ['bind = ":1"\nbalance = "leastbandwidth"', true, /bandwidth is not looked at/],
    ['bind = ":1"\nbalance = "frob"', true, /round-robin is used/],
  ] as const) {
    const { service, notes } = await server(keys)
    t.equal(service !== undefined, isKept, keys)
    t.match(notes, [note], keys)
    t.equal(notes.length, 1, keys)
  }
  const { services, notes } = await importText(
    'gobetween',
    '[servers.a]\nbind = ":1"\n[servers.a.discovery]\nkind = "docker"',
  )
  t.same(services, {})
  t.match(notes, [/^4: servers\.a\.discovery\.kind: left out: discovery by docker/])
})
