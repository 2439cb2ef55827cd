import t from 'tap'
import { ConfigError } from '../../../src/config/config-error.js'
import type { Flags } from '../../../src/config/flag-values.js'
import { flagSettings, parseFlags } from '../../../src/config/flags.js'

const parse = (flags: Flags) =>
  parseFlags({ listen: ['tcp://127.0.0.1:0'], backend: ['10.0.0.1:80'], ...flags })

t.test('has the defaults of the contract', t => {
  const { services, ...rest } = parse({})
  t.equal(services.length, 1)
  t.same(rest, {
    source: 'flags',
    admin: { address: { kind: 'inet', host: '127.0.0.1', port: 7070 }, tokenFile: undefined },
    workers: 1,
    datapath: 'userspace',
    drainTimeout: 30_000,
    accessLog: false,
    log: { level: 'info', format: 'auto' },
    journal: undefined,
    paths: {
      admin: '--admin',
      tokenFile: '--admin-token-file',
      workers: '--workers',
      journal: '--journal',
    },
  })
  t.end()
})

t.test('reads each flag of the process', t => {
  t.equal(parse({ admin: false }).admin, undefined)
  t.same(parse({ admin: 'unix:/run/admin' }).admin?.address, { kind: 'unix', path: '/run/admin' })
  t.same(parse({ admin: ':0' }).admin?.address, { kind: 'inet', host: '*', port: 0 })
  t.equal(parse({ adminTokenFile: '/etc/token' }).admin?.tokenFile, '/etc/token')
  t.equal(parse({ journal: 'journal' }).journal, 'journal')
  t.equal(parse({ workers: '1' }).workers, 1)
  t.equal(parse({ datapath: 'userspace' }).datapath, 'userspace')
  t.equal(parse({ datapath: 'kernel' }).datapath, 'kernel')
  t.equal(parse({ drainTimeout: '0' }).drainTimeout, 0)
  t.equal(parse({ accessLog: true }).accessLog, true)
  t.equal(parse({ accessLog: false }).accessLog, false)
  t.same(parse({ logLevel: 'silent', logFormat: 'json' }).log, { level: 'silent', format: 'json' })
  t.end()
})

t.test('refuses broken flags with the path and the value, in one line', t => {
  const cases: [Flags, path: string, value: string | undefined][] = [
    [{ listen: [] }, '--listen', undefined],
    [{ listen: ['tcp://127.0.0.1'] }, '--listen', 'tcp://127.0.0.1'],
    [{ listen: ['127.0.0.1:99999'] }, '--listen', '127.0.0.1:99999'],
    [{ listen: ['ftp://127.0.0.1:21'] }, '--listen', 'ftp://127.0.0.1:21'],
    [{ listen: [':80', ':80'] }, '--listen', ':80'],
    [{ listen: ['udp://::1:53'] }, '--listen', 'udp://::1:53'],
    [{ listen: ['--backend'] }, '--listen', '--backend'],
    [{ backend: [] }, '--backend', undefined],
    [{ backend: ['10.0.0.1'] }, '--backend', '10.0.0.1'],
    [{ backend: ['10.0.0.1:0'] }, '--backend', '10.0.0.1:0'],
    [{ backend: ['10.0.0.1:80,weight=300'] }, '--backend', '10.0.0.1:80,weight=300'],
    [{ backend: ['10.0.0.1:80,wight=3'] }, '--backend', '10.0.0.1:80,wight=3'],
    [{ backend: ['10.0.0.1:80', '10.0.0.1:80'] }, '--backend', '10.0.0.1:80'],
    [{ backend: ['unix:/a'], listen: ['udp://:1'] }, '--backend', 'unix:/a'],
    [{ balance: 'fastest' }, '--balance', 'fastest'],
    [{ name: 'a/b' }, '--name', 'a/b'],
    [{ probe: 'icmp' }, '--probe', 'icmp'],
    [{ probe: 'http' }, '--probe', 'http'],
    [{ probe: 'udp' }, '--probe', 'udp'],
    [{ probe: 'tcp,expect=re:[' }, '--probe', 'tcp,expect=re:['],
    [{ probeInterval: '5x' }, '--probe-interval', '5x'],
    [{ probeInterval: '5' }, '--probe-interval', '5'],
    [{ probeTimeout: '1m' }, '--probe-timeout', '1m'],
    [{ probeRise: '0' }, '--probe-rise', '0'],
    [{ probeFall: 'x' }, '--probe-fall', 'x'],
    [{ probeFastInterval: '0s' }, '--probe-fast-interval', '0s'],
    [{ probeDownInterval: '1y' }, '--probe-down-interval', '1y'],
    [{ passive: 'yes' }, '--passive', 'yes'],
    [{ closeOn: 'none,dead' }, '--close-on', 'none,dead'],
    [{ udpOnDown: 'keep' }, '--udp-on-down', 'keep'],
    [{ failbackDelay: '-1s' }, '--failback-delay', '-1s'],
    [{ slowStart: 'fast' }, '--slow-start', 'fast'],
    [{ connectTimeout: '0' }, '--connect-timeout', '0'],
    [{ connectAttempts: '0' }, '--connect-attempts', '0'],
    [{ hold: '1w' }, '--hold', '1w'],
    [{ idleTimeout: '400d' }, '--idle-timeout', '400d'],
    [{ finTimeout: 'never' }, '--fin-timeout', 'never'],
    [{ udpIdleTimeout: '0' }, '--udp-idle-timeout', '0'],
    [{ drainTimeout: '30' }, '--drain-timeout', '30'],
    [{ maxConnections: '0' }, '--max-connections', '0'],
    [{ maxUdpSessions: '1e4' }, '--max-udp-sessions', '1e4'],
    [{ sendSource: 'localhost' }, '--send-source', 'localhost'],
    [{ sendSource: '::1' }, '--send-source', '::1'],
    [{ workers: '-1' }, '--workers', '-1'],
    [{ workers: '1.5' }, '--workers', '1.5'],
    [{ workers: '257' }, '--workers', '257'],
    [{ workers: 'many' }, '--workers', 'many'],
    [{ workers: '0' }, '--workers', '0'],
    [{ allow: ['10.0.0.1/8'] }, '--allow', '10.0.0.1/8'],
    [{ deny: ['::1', 'here'] }, '--deny', 'here'],
    [{ maxConnectionsPerClient: '0' }, '--max-connections-per-client', '0'],
    [{ connectionRatePerClient: '10' }, '--connection-rate-per-client', '10'],
    [{ preserveSource: true }, '--preserve-source', 'on'],
    [{ datapath: 'kernel', hold: '1s' }, '--hold', '1s'],
    [{ datapath: 'dpdk' }, '--datapath', 'dpdk'],
    [{ admin: '7070' }, '--admin', '7070'],
    [{ admin: 'a b:1' }, '--admin', 'a b:1'],
    [{ adminTokenFile: '' }, '--admin-token-file', ''],
    [{ admin: false, adminTokenFile: '' }, '--admin-token-file', ''],
    [{ journal: 'a\0b' }, '--journal', 'a\0b'],
    [{ logLevel: 'verbose' }, '--log-level', 'verbose'],
    [{ logFormat: 'xml' }, '--log-format', 'xml'],
    [{ name: 'two\nlines' }, '--name', 'two\nlines'],
  ]
  for (const [flags, path, value] of cases) {
    const error = errorOf(() => parse(flags))
    t.equal(error.path, path, JSON.stringify(flags))
    t.equal(error.value, value, JSON.stringify(flags))
    t.match(error.message, /^--[a-z-]+( ".*")?: [^\n]+$/)
  }
  t.end()
})

t.test('flags are settings by the keys of a file', t => {
  const { given, place } = flagSettings({
    probe: 'http,path=/',
    probeRise: '5',
    admin: false,
    accessLog: true,
    preserveSource: false,
  })
  t.same(
    [...given].map(([key, { text }]) => [key, text]),
    [
      ['probe.rise', '5'],
      ['probe.kind', 'http'],
      ['probe.path', '/'],
      ['admin', 'off'],
      ['accessLog', 'on'],
      ['preserveSource', 'off'],
    ],
  )
  t.same(place('probe.fall'), { path: '--probe-fall' })
  t.end()
})

t.test('knows which keys were given, and where each value stands', t => {
  const { services } = parse({ balance: 'ip-hash', probe: 'tcp,port=1', probeInterval: '5s', workers: '1' })
  t.same(
    services[0]?.given,
    new Set(['listen', 'backends', 'balance', 'probe.interval', 'probe.kind', 'probe.port']),
  )
  t.same(services[0]?.paths, {
    listeners: ['--listen'],
    maxConnections: '--max-connections',
    maxUdpSessions: '--max-udp-sessions',
    sendSource: '--send-source',
  })
  t.equal(services[0]?.backends[0]?.path, '--backend')
  t.end()
})

t.test('data threads are a number, or left to the machine', t => {
  t.equal(parse({ workers: 'auto' }).workers, 'auto')
  t.equal(parse({ workers: '2' }).workers, 2)
  t.end()
})

function errorOf(run: () => unknown): ConfigError {
  try {
    run()
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
  throw new Error('nothing was refused')
}
