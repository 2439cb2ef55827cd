import t from 'tap'
import { parse } from 'yaml'
import { isRefusal, runProgram } from '../../fixtures/run-program.js'
import { echo, refuseTcp, serveTcp } from '../../fixtures/tcp-server.js'

t.jobs = 2

t.test('check prints the effective configuration and binds nothing', { buffered: true }, async t => {
  // What is bound already could not be bound again.
  const taken = await serveTcp(t, echo)
  const flags = [
    ...['--listen', `tcp://${taken.address}`, '--admin', taken.address],
    ...['--backend', '127.0.0.1:9,weight=3,name=one', '--backend', 'localhost:10,backup'],
    ...['--probe', 'http,path=/health', '--probe-interval', '500ms', '--udp-idle-timeout', '90s'],
  ]
  const { code, stdout, stderr } = await runProgram(['check', ...flags])
  t.same({ code, stderr }, { code: 0, stderr: '' })
  t.match(parse(stdout), {
    admin: { address: taken.address },
    workers: 1,
    drainTimeout: '30s',
    services: {
      default: {
        listen: [`tcp://${taken.address}`],
        backends: [
          { address: '127.0.0.1:9', name: 'one', weight: 3, backup: false },
          { address: 'localhost:10', weight: 1, backup: true },
        ],
        probe: { kind: 'http', path: '/health', interval: '500ms', timeout: '500ms', rise: 2, fall: 3 },
        udpIdleTimeout: '90s',
        maxConnections: Number,
        maxUdpSessions: Number,
      },
    },
  })
  t.same(taken.sockets.size, 0, 'and connects to nothing')
})

t.test('check prints what the kernel would do as a config file', { buffered: true }, async t => {
  const { code, stdout, stderr } = await runProgram([
    ...['check', '--datapath', 'kernel', '--listen', 'tcp://127.0.0.1:5432', '--backend', '127.0.0.1:9'],
    ...[
      '--preserve-source',
      '--allow',
      '127.0.0.0/8',
      '--deny',
      '127.9.0.0/16',
      '--max-udp-sessions',
      '20000',
    ],
    ...['--max-connections-per-client', '20', '--connection-rate-per-client', '300/m'],
  ])
  t.same({ code, stderr }, { code: 0, stderr: '' })
  const printed = parse(stdout) as { services: { default: object } }
  t.match(printed, {
    datapath: 'kernel',
    services: {
      default: {
        connectAttempts: 1,
        maxUdpSessions: 20_000,
        preserveSource: true,
        allow: ['127.0.0.0/8'],
        deny: ['127.9.0.0/16'],
        maxConnectionsPerClient: 20,
        connectionRatePerClient: '300/m',
      },
    },
  })
  t.notOk('maxConnections' in printed.services.default, 'it has no limit of its own')
  const directory = t.testdir({ 'a.yaml': stdout })
  const again = await runProgram(['check', '--config', `${directory}/a.yaml`])
  t.same(again, { ...again, code: 0, stdout, stderr: '' })
})

t.test('check --probe-once tells how each backend is', { buffered: true }, async t => {
  const alive = await serveTcp(t, socket => socket.end('+PONG'))
  const wrong = await serveTcp(t, socket => socket.end('-ERR'))
  const dead = await refuseTcp(t)
  const silent = await serveTcp(t, () => undefined)
  const { code, stdout, stderr } = await runProgram([
    ...['check', '--probe-once', '--listen', 'tcp://127.0.0.1:0'],
    ...['--backend', `${alive.address},name=alive`, '--backend', `${wrong.address},name=wrong`],
    ...['--backend', `${dead.address},name=dead`, '--backend', `${silent.address},name=silent`],
    ...['--probe', 'tcp,expect=+PONG', '--probe-timeout', '500ms'],
  ])
  t.same({ code, stderr }, { code: 0, stderr: '' })
  const [yaml = '', table = ''] = stdout.split('\n\n')
  t.match(parse(yaml), { services: { default: { probe: { expect: '+PONG' } } } })
  const rows = table
    .trimEnd()
    .split('\n')
    .map(line => line.split(/ {2,}/))
  t.same(rows[0], ['SERVICE', 'BACKEND', 'ADDRESS', 'RESULT', 'TIME', 'DETAIL'])
  t.match(rows.slice(1), [
    ['default', 'alive', alive.address, 'pass', /^[\d.]+ ms$/, /./],
    ['default', 'wrong', wrong.address, 'fail', /^[\d.]+ ms$/, /./],
    ['default', 'dead', dead.address, 'fail', /^[\d.]+ ms$/, /ECONNREFUSED/],
    ['default', 'silent', silent.address, 'fail', /^[\d.]+ ms$/, /timeout after 500 ms/],
  ])
})

t.test('output that is lost is an error', { buffered: true }, async t => {
  const flags = ['--listen', 'tcp://127.0.0.1:0', '--backend', '127.0.0.1:9']
  const full = ['sh', '-c', 'exec "$0" "$@" >/dev/full']
  const complaint = 'standard output: no space left on device (ENOSPC)'
  isRefusal(t, await runProgram(['check', ...flags], full), complaint)
  isRefusal(t, await runProgram(['--version'], full), complaint)
  t.match(
    await runProgram(['check', '--listen', 'nonsense'], full),
    { code: 2 },
    'what was wrong before is told',
  )
  const closed = ['sh', '-c', '{ "$0" "$@"; echo $? >&2; } | true']
  t.match(await runProgram(['check', ...flags], closed), { stderr: '0\n' }, 'a reader that leaves is none')
})

t.test('--help and --version are no errors', { buffered: true }, async t => {
  for (const [flag, text] of [
    ['--help', /Usage: evenkeel \[run\] --listen/],
    ['--version', /^\d+\.\d+\.\d+\n$/],
  ] as const) {
    const { code, stdout, stderr } = await runProgram([flag])
    t.match({ code, stdout, stderr }, { code: 0, stdout: text, stderr: /^$/ })
  }
})
