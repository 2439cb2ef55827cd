import { join } from 'node:path'
import t, { type Test } from 'tap'
import { stringify } from 'yaml'
import { effectiveConfig } from '../../../../src/config/effective.js'
import { parseFlags } from '../../../../src/config/flags.js'
import { loadFile, readFileBackend, readFileValue } from '../../../../src/config/file/load-file.js'
import { FILE_CASES, KERNEL_FILE, RICH_FILE } from '../../../fixtures/config-files.js'

const load = (t: Test, name: string, content: string) =>
  loadFile(join(t.testdir({ [name]: content }), name), {})

t.test('reads YAML and JSON alike', async t => {
  const yaml = await load(t, 'a.yaml', stringify(RICH_FILE))
  t.match(yaml.source, /a\.yaml$/)
  for (const name of ['a.json', 'b.yml']) {
    const other = await load(t, name, name === 'a.json' ? JSON.stringify(RICH_FILE) : stringify(RICH_FILE))
    t.same({ ...other, source: '' }, { ...yaml, source: '' })
  }
})

t.test('flags and a file that say the same make the same', t => {
  const flags = parseFlags({
    listen: ['tcp://:80', 'udp://:80'],
    backend: ['a:1,weight=2,name=x,max-connections=5,state=drain', 'b:1,backup'],
    name: 'web',
    balance: 'ip-hash',
    probe: 'tcp,port=5,send=a\\,b,expect=re:x',
    probeInterval: '5s',
    passive: 'off',
    closeOn: 'drain,dead',
    hold: '0',
    maxConnections: '10',
    sendSource: '10.0.0.1',
    admin: false,
    logLevel: 'warn',
    accessLog: true,
    workers: '2',
  })
  const file = {
    admin: false,
    workers: 2,
    log: { level: 'warn' },
    accessLog: true,
    services: {
      web: {
        listen: ['tcp://:80', { url: 'udp://:80' }],
        backends: [
          { address: 'a:1', weight: 2, name: 'x', maxConnections: 5, state: 'drain' },
          { address: 'b:1', backup: true },
        ],
        balance: 'ip-hash',
        probe: { kind: 'tcp', port: 5, send: 'a,b', expect: 're:x', interval: '5s' },
        passive: false,
        closeOn: ['drain', 'dead'],
        hold: 0,
        maxConnections: 10,
        sendSource: '10.0.0.1',
      },
    },
  }
  const config = readFileValue(file, 'a.json', {})
  t.same(effectiveConfig(config), effectiveConfig(flags))
  const [fromFile, fromFlags] = [config.services[0], flags.services[0]]
  t.same(fromFile?.given, fromFlags?.given)
  t.same(
    fromFile?.backends.map(({ given }) => given),
    fromFlags?.backends.map(({ given }) => given),
  )
  t.same(fromFile?.probe, fromFlags?.probe)
  t.end()
})

t.test('so they do for the kernel', t => {
  const { postgres } = KERNEL_FILE.services
  const flags = parseFlags({
    name: 'postgres',
    datapath: 'kernel',
    listen: postgres.listen,
    backend: postgres.backends,
    connectAttempts: '1',
    preserveSource: true,
    allow: postgres.allow,
    deny: postgres.deny,
    maxConnectionsPerClient: '20',
    connectionRatePerClient: '300/m',
  })
  const file = readFileValue(KERNEL_FILE, 'a.json', {})
  t.same(effectiveConfig(file), effectiveConfig(flags))
  t.same(file.services[0]?.access, flags.services[0]?.access)
  t.same(file.services[0]?.given, flags.services[0]?.given)
  t.end()
})

t.test('what is printed of a configuration makes the same again', t => {
  const again = readFileValue(KERNEL_FILE, 'a.json', {})
  t.same(
    effectiveConfig(readFileValue(JSON.parse(JSON.stringify(effectiveConfig(again))), 'a.json', {})),
    effectiveConfig(again),
  )
  const first = readFileValue(RICH_FILE, 'a.json', {})
  const printed: unknown = JSON.parse(JSON.stringify(effectiveConfig(first)))
  const second = readFileValue(printed, 'a.json', {})
  t.same(effectiveConfig(second), effectiveConfig(first))
  t.same(
    second.services.map(({ probe, backends, listeners }) => ({
      probe,
      names: backends.map(({ name }) => name),
      listeners: listeners.length,
    })),
    first.services.map(({ probe, backends, listeners }) => ({
      probe,
      names: backends.map(({ name }) => name),
      listeners: listeners.length,
    })),
  )
  t.end()
})

t.test('each value has its path', t => {
  const { services, paths } = readFileValue(RICH_FILE, 'a.json', { workers: '1' })
  t.match(services[0]?.paths, {
    listeners: ['services.postgres.listen[0]', 'services.postgres.listen[1].url'],
    maxConnections: 'services.postgres.maxConnections',
  })
  t.match(services[1]?.paths, { maxUdpSessions: 'services["dns.eu_1"].maxUdpSessions' })
  t.same(
    services[0]?.backends.map(({ path }) => path),
    [
      'services.postgres.backends[0]',
      'services.postgres.backends[1]',
      'services.postgres.backends[2].address',
      'services.postgres.backends[3].address',
    ],
  )
  t.match(paths, { admin: 'admin.address', workers: '--workers' })
  t.match(readFileBackend('a:1', ['x', 0]), { path: 'x[0]' })
  t.end()
})

t.test('what is wrong is told even where a flag wins', t => {
  const file = { ...RICH_FILE, admin: { address: '7070' } }
  t.throws(() => readFileValue(file, 'a.json', { admin: ':1' }), {
    message: /^admin\.address "7070": no port/,
  })
  t.throws(() => readFileValue(RICH_FILE, 'a.json', { admin: '7070' }), {
    message: /^--admin "7070": no port/,
  })
  t.end()
})

t.test('refuses broken files, and names the value', t => {
  for (const { value, complaint } of FILE_CASES) {
    if (complaint === undefined) continue
    t.throws(() => readFileValue(value, 'x', {}), { name: 'ConfigError', message: complaint })
  }
  t.end()
})

t.test('refuses what is no config file at all', async t => {
  const cases: [name: string, content: string, problem: RegExp][] = [
    ['a.toml', '', /: must end in \.yaml, \.yml or \.json$/],
    ['a.YAML', '', /: must end in/],
    ['a.yaml', '', /: is empty$/],
    ['a.yaml', '# nothing\n---\n', /: is empty$/],
    ['a.json', ' \n', /: is empty$/],
    ['a.json', 'null', /: is empty$/],
    ['a.json', 'services: {}', /: line 1, column 1: services is not JSON here$/],
    ['a.yaml', 'a: [', /: line 1, column \d+: /],
    ['a.yaml', 'a\0', /: contains a NUL character/],
  ]
  for (const [name, content, problem] of cases) {
    await t.rejects(load(t, name, content), { name: 'ConfigError', path: '--config', message: problem }, name)
  }
  await t.rejects(loadFile('/nowhere/a.yaml', {}), {
    message: /^--config "\/nowhere\/a\.yaml": no such file/,
  })
})
