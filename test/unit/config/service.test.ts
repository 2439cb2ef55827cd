import t from 'tap'
import type { Flags } from '../../../src/config/flag-values.js'
import { parseFlags } from '../../../src/config/flags.js'
import type { ServiceConfig } from '../../../src/config/config.js'

function readOnly(flags: Flags): ServiceConfig {
  const [service] = parseFlags(flags).services
  if (service === undefined) throw new Error('no service')
  return service
}

const read = (flags: Flags) => readOnly({ listen: [':80'], backend: ['a:1'], ...flags })

t.test('has the defaults of the contract', t => {
  const service = read({})
  t.equal(service.name, 'default')
  t.equal(service.balance, 'round-robin')
  t.equal(service.passive, true)
  t.same([...service.closeOn], ['dead', 'demoted'])
  t.equal(service.failbackDelay, 0)
  t.equal(service.slowStart, 0)
  t.equal(service.maxUdpSessions, 10_000)
  t.equal(service.probe.spec.kind, 'tcp')
  t.same(service.access, { allow: [], deny: [] })
  t.end()
})

t.test('reads each flag', t => {
  const service = read({
    listen: [':80', 'udp://:80'],
    backend: ['a:1', 'b:2,backup'],
    name: 'game_1.eu-west',
    balance: 'least-latency',
    passive: 'off',
    closeOn: 'drain,lagging,dead',
    failbackDelay: '30s',
    slowStart: '1m',
    probe: 'none',
    datapath: 'kernel',
    allow: ['10.0.0.0/8', '::1'],
  })
  t.same(
    service.listeners.map(({ url }) => url),
    [':80', 'udp://:80'],
  )
  t.same(
    service.backends.map(({ name }) => name),
    ['a:1', 'b:2'],
  )
  t.equal(service.name, 'game_1.eu-west')
  t.equal(service.balance, 'least-latency')
  t.equal(service.passive, false)
  t.same([...service.closeOn], ['drain', 'lagging', 'dead'])
  t.equal(service.failbackDelay, 30_000)
  t.match(service.access, { allow: [{ prefix: 8 }, { prefix: 128 }], deny: [] })
  t.ok(service.given.has('allow') && !service.given.has('deny'))
  t.equal(service.slowStart, 60_000)
  t.equal(service.probe.spec.kind, 'none')
  t.equal(read({ closeOn: 'none' }).closeOn.size, 0)
  t.equal(read({ name: 'x'.repeat(63) }).name.length, 63)
  t.end()
})

t.test('refuses broken values', t => {
  const cases: [Flags, message: string | RegExp][] = [
    [{ listen: [] }, '--listen: at least one is needed'],
    [{ backend: [] }, '--backend: at least one is needed'],
    [{ name: '' }, /^--name "": not a name of 1 to 63 letters, digits, "_", "." and "-"$/],
    [{ name: 'x'.repeat(64) }, /^--name "x{64}": not a name/],
    [{ name: 'a b' }, /^--name "a b": not a name/],
    [{ name: 'é' }, /^--name "é": not a name/],
    [{ name: 'a\n' }, /^--name "a\\n": not a name/],
    [{ name: '.' }, /^--name "\.": not a name/],
    [{ name: '..' }, /^--name "\.\.": not a name/],
    [{ name: 'constructor' }, /^--name "constructor": not a name/],
    [{ name: 'prototype' }, /^--name "prototype": not a name/],
    [{ name: '__proto__' }, /^--name "__proto__": not a name/],
    [
      { balance: 'roundrobin' },
      /^--balance "roundrobin": not one of round-robin, least-connections, ip-hash, /,
    ],
    [{ passive: 'true' }, /^--passive "true": not one of on, off$/],
    [{ closeOn: 'none,dead' }, '--close-on "none,dead": none stands alone'],
    [{ closeOn: 'dead,none' }, '--close-on "dead,none": none stands alone'],
    [{ closeOn: 'dead,dead' }, '--close-on "dead,dead": dead is given twice'],
    [
      { closeOn: 'ded' },
      '--close-on "ded": unknown cause "ded" (known: dead, demoted, lagging, drain, none)',
    ],
    [{ closeOn: '' }, /^--close-on "": unknown cause ""/],
    [{ closeOn: 'dead,' }, /^--close-on "dead,": unknown cause ""/],
    [{ failbackDelay: '1' }, /^--failback-delay "1": not a duration/],
    [{ slowStart: 'on' }, /^--slow-start "on": not a duration/],
    [{ backend: ['a:1', 'a:1'] }, /^--backend "a:1": the name "a:1" is taken/],
  ]
  for (const [flags, message] of cases) {
    t.throws(() => read(flags), { name: 'ConfigError', message }, JSON.stringify(flags))
  }
  t.throws(() => readOnly({ backend: ['a:1'] }), { message: '--listen: at least one is needed' })
  t.throws(() => readOnly({ listen: [':1'] }), { message: '--backend: at least one is needed' })
  t.end()
})
