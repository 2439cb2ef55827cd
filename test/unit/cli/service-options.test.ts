import { Command } from 'commander'
import t from 'tap'
import { addServiceOptions } from '../../../src/cli/service-options.js'
import { DEFAULTS } from '../../../src/config/defaults.js'
import { DEFAULT_NAME, flagName, flagOfKey, type Flags } from '../../../src/config/flag-values.js'

const parse = (...argv: string[]) => {
  const command = addServiceOptions(
    new Command('x').exitOverride().configureOutput({ outputError: () => undefined }),
  )
  return command.parse(argv, { from: 'user' }).opts<Flags>()
}

t.test('what is not given is absent', t => {
  t.strictSame(parse(), {})
  t.end()
})

t.test('each flag yields its text under its name in camelCase', t => {
  const { accessLog, preserveSource, ...flags }: Required<Flags> = {
    listen: [':1', 'udp://:2'],
    backend: ['a:1', 'b:2'],
    name: 'name-text',
    sendSource: 'send-source-text',
    preserveSource: true,
    balance: 'balance-text',
    failbackDelay: 'failback-delay-text',
    slowStart: 'slow-start-text',
    probe: 'probe-text',
    probeInterval: 'probe-interval-text',
    probeTimeout: 'probe-timeout-text',
    probeRise: 'probe-rise-text',
    probeFall: 'probe-fall-text',
    probeFastInterval: 'probe-fast-interval-text',
    probeDownInterval: 'probe-down-interval-text',
    passive: 'passive-text',
    closeOn: 'close-on-text',
    connectTimeout: 'connect-timeout-text',
    connectAttempts: 'connect-attempts-text',
    hold: 'hold-text',
    idleTimeout: 'idle-timeout-text',
    finTimeout: 'fin-timeout-text',
    maxConnections: 'max-connections-text',
    udpIdleTimeout: 'udp-idle-timeout-text',
    udpOnDown: 'udp-on-down-text',
    maxUdpSessions: 'max-udp-sessions-text',
    allow: ['allow-text', 'allow-too'],
    deny: ['deny-text'],
    maxConnectionsPerClient: 'max-connections-per-client-text',
    connectionRatePerClient: 'connection-rate-per-client-text',
    admin: 'admin-text',
    adminTokenFile: 'admin-token-file-text',
    journal: 'journal-text',
    drainTimeout: 'drain-timeout-text',
    accessLog: true,
    logLevel: 'log-level-text',
    logFormat: 'log-format-text',
    workers: 'workers-text',
    datapath: 'datapath-text',
  }
  const argv = Object.entries(flags).flatMap(([flag, value]) =>
    [value].flat().flatMap(text => [flagName(flag as keyof Flags), String(text)]),
  )
  t.strictSame(parse(...argv, '--access-log', '--preserve-source'), { ...flags, accessLog, preserveSource })
  t.end()
})

t.test('short flags, and admin in both directions', t => {
  t.strictSame(parse('-l', ':1', '-l:2', '-b', 'a:1', '-a', 'ip-hash'), {
    listen: [':1', ':2'],
    backend: ['a:1'],
    balance: 'ip-hash',
  })
  t.strictSame(parse('--no-admin'), { admin: false })
  t.strictSame(parse('--no-admin', '--admin=:1'), { admin: ':1' })
  t.throws(() => parse('-l'), { code: 'commander.optionMissingArgument' })
  t.end()
})

t.test('help tells every default', t => {
  const help = addServiceOptions(new Command('x')).helpInformation().replace(/\s+/g, ' ')
  const switches = ['admin', 'accessLog', 'preserveSource']
  const defaults = Object.entries(DEFAULTS).filter(([key]) => !switches.includes(key))
  for (const [key, text] of [...defaults, ['name', DEFAULT_NAME] as const]) {
    t.match(help, new RegExp(`${flagOfKey(key)} <[^>]+> (?:(?! --).)*\\(default: ${text}\\)`), key)
  }
  t.equal(help.match(/default: 127/g)?.length, 1, '--no-admin has no default')
  t.end()
})
