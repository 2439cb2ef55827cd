import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { parse, stringify } from 'yaml'
import { RICH_FILE } from '../../fixtures/config-files.js'
import { startEvenkeel } from '../../fixtures/evenkeel.js'
import { runProgram } from '../../fixtures/run-program.js'
import { shortDirectory } from '../../fixtures/short-directory.js'
import { TcpClient } from '../../fixtures/tcp-client.js'
import { serveTcp } from '../../fixtures/tcp-server.js'

function written(directory: string, name: string, content: string): string {
  const file = join(directory, name)
  writeFileSync(file, content)
  return file
}

t.test('two services of one file, in YAML and in JSON', async t => {
  const [one, two] = await Promise.all([
    serveTcp(t, socket => socket.end('one')),
    serveTcp(t, socket => socket.end('two')),
  ])
  const value = {
    admin: false,
    log: { level: 'info' },
    services: {
      first: { listen: ['tcp://127.0.0.1:0'], backends: [one.address], closeOn: ['none'] },
      second: {
        listen: [{ url: '127.0.0.1:0' }],
        backends: [{ address: two.address, weight: 2, name: 'b' }],
      },
    },
  }
  const directory = shortDirectory(t)
  for (const [name, text] of [
    ['a.yaml', stringify(value)],
    ['a.json', JSON.stringify(value)],
  ] as const) {
    const evenkeel = await startEvenkeel(t, ['--config', written(directory, name, text)])
    const answers = evenkeel.ports.map(async port => String((await new TcpClient(port).finished).bytes))
    t.same(await Promise.all(answers), ['one', 'two'], name)
    t.match(evenkeel.events, [
      { event: 'listening', service: 'first' },
      { event: 'listening', service: 'second' },
    ])
    t.equal(evenkeel.stderr, '')
  }
})

t.test('anchors and merges share settings between services', async t => {
  const file = written(
    shortDirectory(t),
    'a.yaml',
    `services:
  one: &base
    listen: [":81"]
    backends: [127.0.0.1:9]
    probe: &probe { kind: http, path: /health, interval: 5s }
  two:
    <<: *base
    listen: [":82"]
    probe: { <<: *probe, path: /ready }
`,
  )
  const { code, stdout, stderr } = await runProgram(['check', '-c', file])
  t.same({ code, stderr }, { code: 0, stderr: '' })
  t.match(parse(stdout), {
    services: {
      one: { listen: ['tcp://*:81'], probe: { path: '/health', interval: '5s' } },
      two: {
        listen: ['tcp://*:82'],
        backends: [{ address: '127.0.0.1:9' }],
        probe: { path: '/ready', interval: '5s' },
      },
    },
  })
})

t.test('flags of the process win over the file, those of a service are refused', async t => {
  const value = {
    admin: { address: 'unix:/nowhere/admin', tokenFile: 'a' },
    workers: 1,
    log: { level: 'info', format: 'json' },
    services: { a: { listen: [':81'], backends: ['127.0.0.1:9'] } },
  }
  const file = written(shortDirectory(t), 'a.json', JSON.stringify(value))
  const flags = [
    ...['--admin', '127.0.0.1:7171', '--admin-token-file', 'b', '--workers', 'auto', '--log-level', 'warn'],
    ...[
      '--log-format',
      'pretty',
      '--drain-timeout',
      '5s',
      '--access-log',
      '--journal',
      'c',
      '--datapath',
      'userspace',
    ],
  ]
  const { stdout } = await runProgram(['check', '--config', file, ...flags])
  const { services, ...process } = parse(stdout) as Readonly<Record<string, unknown>>
  t.match(services, { a: { listen: ['tcp://*:81'] } })
  t.strictSame(process, {
    admin: { address: '127.0.0.1:7171', tokenFile: 'b' },
    workers: 'auto',
    datapath: 'userspace',
    log: { level: 'warn', format: 'pretty' },
    drainTimeout: '5s',
    accessLog: true,
    journal: 'c',
  })
  t.match(parse((await runProgram(['check', '--config', file, '--no-admin'])).stdout), { admin: false })
  for (const flag of ['--listen', '--backend', '--name', '--hold', '--probe-interval']) {
    for (const command of [[], ['check']]) {
      t.match(await runProgram([...command, '--config', file, flag, '1']), {
        code: 2,
        stdout: '',
        stderr: `evenkeel: ${flag} cannot stand beside --config: what belongs to a service is in the file\n`,
      })
    }
  }
  t.match(await runProgram(['check', '-c', file, '--workers', '0']), {
    code: 2,
    stderr: /^evenkeel: --workers "0": /,
  })
})

t.test('check prints a configuration that makes the same when it is given back', async t => {
  const directory = shortDirectory(t)
  const flags = [
    ...[
      '--listen',
      ':81',
      '--listen',
      'udp://127.0.0.1:81',
      '--backend',
      '127.0.0.1:9,weight=3,name=a',
      '--name',
      'x.y',
    ],
    ...[
      '--probe',
      'tcp,send=a\\,b\\r\\n,expect=re:^"x": y',
      '--close-on',
      'none',
      '--passive',
      'off',
      '--no-admin',
    ],
  ]
  const given = [['--config', written(directory, 'rich.yaml', stringify(RICH_FILE)), '--workers', '1'], flags]
  for (const args of given) {
    const first = await runProgram(['check', ...args])
    t.match(first, { code: 0, stderr: '' })
    for (const name of ['again.yaml', 'again.json']) {
      const text = name.endsWith('json') ? JSON.stringify(parse(first.stdout)) : first.stdout
      const again = await runProgram(['check', '--config', written(directory, name, text)])
      t.match(again, { code: 0, stderr: '' })
      t.equal(again.stdout, first.stdout)
    }
  }
})

t.test('check --probe-once tells of the backends of all services', async t => {
  const alive = await serveTcp(t, socket => socket.end())
  const value = {
    services: {
      one: { listen: [':81'], backends: [{ address: alive.address, name: 'alive' }] },
      two: { listen: ['udp://:81'], backends: [{ address: '127.0.0.1:9', name: 'unasked' }] },
    },
  }
  const file = written(shortDirectory(t), 'a.yml', stringify(value))
  const { code, stdout } = await runProgram(['check', '--probe-once', '--config', file])
  const rows = (stdout.split('\n\n')[1] ?? '').trimEnd().split('\n')
  t.equal(code, 0)
  t.match(
    rows.map(row => row.split(/ {2,}/)),
    [
      ['SERVICE', 'BACKEND', 'ADDRESS', 'RESULT', 'TIME', 'DETAIL'],
      ['one', 'alive', alive.address, 'pass', / ms$/],
      ['two', 'unasked', '127.0.0.1:9', '-', '-', 'probe is none'],
    ],
  )
})

t.test('what shows only later is told with its path in the file', async t => {
  const directory = shortDirectory(t)
  const taken = await serveTcp(t, socket => socket.end())
  const base = { admin: false, log: { format: 'json' } }
  const cases: [value: object, code: number, stderr: RegExp][] = [
    [
      {
        ...base,
        services: { a: { listen: ['127.0.0.1:0', `tcp://${taken.address}`], backends: ['127.0.0.1:9'] } },
      },
      1,
      /^evenkeel: services\.a\.listen\[1\] tcp:\/\/[\d.:]+: address already in use \(EADDRINUSE\)\n$/,
    ],
    [
      {
        ...base,
        admin: { address: taken.address },
        services: { a: { listen: ['127.0.0.1:0'], backends: ['127.0.0.1:9'] } },
      },
      1,
      /^evenkeel: admin\.address [\d.:]+: address already in use \(EADDRINUSE\)\n$/,
    ],
    [
      {
        ...base,
        services: { a: { listen: ['127.0.0.1:0'], backends: [{ address: 'no-such-host.invalid:1' }] } },
      },
      2,
      /^evenkeel: services\.a\.backends\[0\]\.address "no-such-host\.invalid:1": host no-such-host\.invalid has no address/,
    ],
  ]
  for (const [value, code, stderr] of cases) {
    const ended = await runProgram(['--config', written(directory, 'a.yaml', stringify(value))])
    t.match(ended, { code, stdout: '', stderr })
  }
})
