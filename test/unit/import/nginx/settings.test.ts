import t from 'tap'
import { readSetting, type Settings } from '../../../../src/import/nginx/settings.js'
import { Notes } from '../../../../src/import/notes.js'

function read(...lines: string[]) {
  const notes = new Notes('f')
  let settings: Settings = {}
  lines.forEach((line, index) => {
    const [name = '', ...args] = line.split(' ')
    settings = readSetting({ line: index + 1, name, args, block: undefined }, settings, notes)
  })
  return { settings, notes: notes.lines() }
}

t.test('what is carried over', t => {
  const cases: [lines: string[], settings: Settings][] = [
    [['proxy_connect_timeout 3s', 'proxy_timeout 10m'], { connectTimeout: 3000, timeout: 600_000 }],
    [['proxy_bind 10.0.0.9'], { source: '10.0.0.9' }],
    [['proxy_bind [::1]:80'], { source: '::1' }],
    [['proxy_bind 10.0.0.9', 'proxy_bind off'], { source: undefined }],
    [['proxy_next_upstream_tries 2'], { tries: 2 }],
    [['proxy_next_upstream off', 'proxy_next_upstream_tries 2'], { tries: 1 }],
    [['proxy_next_upstream on'], {}],
    [['health_check'], { probe: { interval: 5000, rise: 1, fall: 1 } }],
    [
      ['health_check interval=2s passes=3 fails=4 port=81'],
      { probe: { interval: 2000, rise: 3, fall: 4, port: 81 } },
    ],
    [['tcp_nodelay on', 'proxy_half_close on', 'access_log off', 'status_zone a'], {}],
  ]
  for (const [lines, settings] of cases) t.same(read(...lines), { settings, notes: [] }, lines.join('; '))
  t.end()
})

t.test('what is told', t => {
  for (const [line, note] of [
    ['proxy_timeout soon', /not a time/],
    ['proxy_bind $remote_addr transparent', /address of the client/],
    ['proxy_next_upstream_tries 0', /connectAttempts/],
    ['proxy_half_close off', /finTimeout/],
    ['proxy_protocol on', /PROXY protocol/],
    ['allow 10.0.0.0/8', /access lists/],
    ['limit_conn a 1', /per client/],
    ['ssl_certificate a', /no TLS/],
    ['proxy_ssl_verify on', /no TLS/],
    ['ssl_preread on', /by their content/],
    ['js_access a', /no scripts/],
    ['access_log /var/log/a', /accessLog: true/],
    ['include b.conf', /import them by themselves/],
    ['health_check udp', /set send and expect/],
    ['frobnicate 1', /f:1: frobnicate 1: not known here/],
    ['constructor 1', /not known here/],
  ] as const) {
    const { notes } = read(line)
    t.match(notes, [note], line)
    t.equal(notes.length, 1, line)
  }
  t.end()
})
