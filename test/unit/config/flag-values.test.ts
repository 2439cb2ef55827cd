import t from 'tap'
import { DEFAULTS } from '../../../src/config/defaults.js'
import { flagName, flagOfKey, kebabCase, keyOfFlag, type Flags } from '../../../src/config/flag-values.js'

t.test('names a flag as it is typed', t => {
  t.equal(flagName('name'), '--name')
  t.equal(flagName('probeInterval'), '--probe-interval')
  t.equal(flagName('maxUdpSessions'), '--max-udp-sessions')
  t.equal(kebabCase('maxConnections'), 'max-connections')
  t.end()
})

t.test('a flag and a key of a file find each other', t => {
  const pairs: [keyof Flags, key: string][] = [
    ['listen', 'listen'],
    ['backend', 'backends'],
    ['balance', 'balance'],
    ['probe', 'probe.kind'],
    ['probeFastInterval', 'probe.fastInterval'],
    ['logLevel', 'log.level'],
    ['admin', 'admin.address'],
    ['adminTokenFile', 'admin.tokenFile'],
    ['preserveSource', 'preserveSource'],
    ['connectionRatePerClient', 'connectionRatePerClient'],
    ['maxUdpSessions', 'maxUdpSessions'],
  ]
  for (const [flag, key] of pairs) {
    t.equal(keyOfFlag(flag), key)
    t.equal(flagOfKey(key), flagName(flag))
  }
  t.equal(flagOfKey('probe.port'), '--probe', 'a key of one kind of probe')
  t.equal(flagOfKey('admin'), '--admin')
  for (const key of Object.keys(DEFAULTS)) t.match(flagOfKey(key), /^--[a-z]+(-[a-z]+)*$/)
  t.end()
})
