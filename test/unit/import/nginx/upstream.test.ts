import t from 'tap'
import { readBlocks } from '../../../../src/import/nginx/blocks.js'
import { readUpstream } from '../../../../src/import/nginx/upstream.js'
import { Notes } from '../../../../src/import/notes.js'

function read(block: string) {
  const notes = new Notes('f')
  const [directive] = readBlocks(`upstream a {\n${block}\n}`, notes)
  if (directive === undefined) throw new Error('no directive')
  return { upstream: readUpstream(directive, notes), notes: notes.lines() }
}

t.test('servers with their parameters', t => {
  const { upstream, notes } = read(`zone a 64k;
    server 10.0.0.1:80 weight=5 max_conns=9 max_fails=3 fail_timeout=30s slow_start=1m;
    server 10.0.0.2:80 backup max_conns=0 max_fails=3 fail_timeout=30 slow_start=60;
    server unix:/run/a.sock down max_fails=3 fail_timeout=30s slow_start=1m;`)
  t.match(upstream, {
    balance: undefined,
    backends: [
      { address: '10.0.0.1:80', weight: 5, maxConnections: 9 },
      { address: '10.0.0.2:80', backup: true, maxConnections: undefined },
      { address: 'unix:/run/a.sock', state: 'maintenance' },
    ],
    maxFails: 3,
    failTimeout: 30_000,
    slowStart: 60_000,
  })
  t.same(notes, [])
  t.end()
})

t.test('algorithms', t => {
  for (const [line, balance, note] of [
    ['least_conn;', 'least-connections'],
    ['least_time connect;', 'least-latency'],
    ['hash $remote_addr consistent;', 'ip-hash'],
    ['hash ${binary_remote_addr};', 'ip-hash'],
    ['hash $ssl_preread_server_name;', undefined, /by their address alone/],
    ['random two least_conn;', 'random-two'],
    ['random two;', 'random-two'],
    ['random;', 'random-two', /better of two/],
    ['random two least_time=connect;', 'random-two', /not the quicker/],
  ] as const) {
    const { upstream, notes } = read(line)
    t.equal(upstream.balance, balance, line)
    t.equal(notes.length, note === undefined ? 0 : 1, line)
    if (note !== undefined) t.match(notes[0], note)
  }
  t.end()
})

t.test('what is told', t => {
  for (const [line, note] of [
    ['server a:1 resolve;', /server a:1: resolve: names are looked up once/],
    ['server a:1 service=http;', /service=http/],
    ['server a:1 frob;', /frob: not known here/],
    ['server a:1 fail_timeout=soon;', /fail_timeout=soon: not a time/],
    ['server $a:1;', /left out: variables/],
    ['state /var/lib/a;', /not kept/],
    ['frobnicate 1;', /frobnicate 1: not known here/],
    ['server a:1; server b:1 max_fails=2;', /server b:1: max_fails is the same/],
  ] as const) {
    const { notes } = read(line)
    t.match(notes, [note], line)
    t.equal(notes.length, 1)
  }
  t.end()
})
