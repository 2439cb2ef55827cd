import { execFileSync } from 'node:child_process'
import t from 'tap'
import { importText } from '../../../fixtures/imported.js'

async function probe(healthcheck: string) {
  const { services, notes } = await importText(
    'gobetween',
    `[servers.a]\nbind = ":1"\n[servers.a.discovery]\nstatic_list = ["10.0.0.1:1"]\n[servers.a.healthcheck]\n${healthcheck}`,
  )
  return { probe: services['a']?.['probe'] as Record<string, unknown>, notes }
}

t.test('kinds', async t => {
  const once = { rise: 1, fall: 1 }
  for (const [text, wanted] of [
    ['kind = "none"', { kind: 'none' }],
    [
      'kind = "ping"\ninterval = "2s"\ntimeout = "500ms"\nfails = 2\npasses = 3',
      { kind: 'tcp', interval: '2s', timeout: '500ms', rise: 3, fall: 2 },
    ],
    ['kind = "ping"\ntimeout = "0"\nping_timeout_duration = "1s"', { kind: 'tcp', timeout: '1s', ...once }],
    [
      'kind = "probe"\nprobe_send = "PING\\r\\n"\nprobe_recv = "+PONG"',
      { kind: 'tcp', send: 'PING\\r\\n', expect: '+PONG', ...once },
    ],
    [
      'kind = "probe"\nprobe_strategy = "contains"\nprobe_recv = "a.b"',
      { kind: 'tcp', expect: 're:a\\.b', ...once },
    ],
    [
      'kind = "probe"\nprobe_strategy = "regexp"\nprobe_recv = "^a"',
      { kind: 'tcp', expect: 're:^a', ...once },
    ],
    ['kind = "probe"\nprobe_protocol = "udp"\nprobe_send = "x"', { kind: 'udp', send: 'x', ...once }],
  ] as const) {
    t.same(await probe(text), { probe: wanted, notes: [] }, text)
  }
})

t.test('what a command prints decides', async t => {
  const { probe: exec } = await probe(
    'kind = "exec"\nexec_command = "/bin/echo"\nexec_expected_positive_output = "h 1"',
  )
  const env = { EVENKEEL_HOST: 'h', EVENKEEL_PORT: '1' }
  execFileSync('/bin/sh', ['-c', String(exec['command'])], { env })
  t.throws(() =>
    execFileSync('/bin/sh', ['-c', String(exec['command'])], { env: { ...env, EVENKEEL_PORT: '2' } }),
  )
})

t.test('what is told', async t => {
  for (const [text, kind, note] of [
    ['kind = "exec"', 'none', /has no exec_command/],
    ['kind = "frob"', 'none', /frob is not known/],
    ['kind = "probe"\nprobe_protocol = "udp"', 'none', /something to send/],
    ['kind = "probe"\nprobe_protocol = "tls"', 'none', /no TLS/],
    ['kind = "probe"\nprobe_strategy = "regexp"\nprobe_recv = "(?i)a"', 'tcp', /JavaScript/],
    ['kind = "ping"\ninitial_status = "unhealthy"', 'tcp', /not yet probed/],
    ['kind = "ping"\nprobe_recv_len = 5', 'tcp', /64 KiB/],
  ] as const) {
    const { probe: found, notes } = await probe(text)
    t.equal(found['kind'], kind, text)
    t.match(notes, [note], text)
    t.equal(notes.length, 1, text)
  }
})
