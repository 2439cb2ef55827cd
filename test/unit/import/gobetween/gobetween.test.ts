import t from 'tap'
import { importText } from '../../../fixtures/imported.js'

const TOML = `
[logging]
level = "warn"
output = "stdout"
[api]
enabled = true
[metrics]
enabled = true
[defaults]
max_connections = 1000
backend_connection_timeout = "2s"
[servers.pg]
bind = "0.0.0.0:5432"
  [servers.pg.discovery]
  static_list = ["10.0.0.1:5432 weight=5"]
[servers."game.eu"]
bind = ":27015"
protocol = "udp"
max_connections = 5
  [servers."game.eu".discovery]
  static_list = ["10.0.1.1:27015"]
`

const JSON_TEXT = JSON.stringify(
  {
    logging: { level: 'warn', output: 'stdout' },
    api: { enabled: true },
    metrics: { enabled: true },
    defaults: { max_connections: 1000, backend_connection_timeout: '2s' },
    servers: {
      pg: { bind: '0.0.0.0:5432', discovery: { static_list: ['10.0.0.1:5432 weight=5'] } },
      'game.eu': {
        bind: ':27015',
        protocol: 'udp',
        max_connections: 5,
        discovery: { static_list: ['10.0.1.1:27015'] },
      },
    },
  },
  undefined,
  1,
)

t.test('TOML and JSON say the same', async t => {
  const wanted = {
    process: { log: { level: 'warn' } },
    services: {
      pg: {
        listen: ['tcp://0.0.0.0:5432'],
        backends: [{ address: '10.0.0.1:5432', weight: 5 }],
        probe: { kind: 'none' },
        connectTimeout: '2s',
        maxConnections: 1000,
      },
      'game.eu': {
        listen: ['udp://*:27015'],
        backends: ['10.0.1.1:27015'],
        probe: { kind: 'none' },
        maxUdpSessions: 5,
      },
    },
  }
  for (const text of [TOML, JSON_TEXT]) {
    const { services, process, notes } = await importText('gobetween', text)
    t.same({ process, services }, wanted)
    t.match(notes, [/^\d+: api: evenkeel has an admin server/, /^\d+: metrics: the admin server has/])
    t.equal(notes.length, 2)
  }
})

t.test('the log', async t => {
  const { process, notes } = await importText(
    'gobetween',
    '[logging]\nlevel = "loud"\noutput = "/var/log/x"\nformat = "text"\nfrob = 1',
  )
  t.same(process, {})
  t.equal(notes.length, 4)
  t.match(notes, [/level: not one of/, /output: logs go/, /format:/, /frob: not known/])
})

t.test('keys of objects are only keys', async t => {
  const text =
    '{"servers": {"__proto__": {"bind": ":1", "discovery": {"static_list": ["a:1"]}}, "constructor": 1}}'
  const { services } = await importText('gobetween', text)
  t.same(Object.keys(services), ['service'])
})
