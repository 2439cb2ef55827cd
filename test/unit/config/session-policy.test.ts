import t from 'tap'
import type { Flags } from '../../../src/config/flag-values.js'
import { flagSettings } from '../../../src/config/flags.js'
import { readSessionPolicy } from '../../../src/config/session-policy.js'

t.test('has the defaults of the contract', t => {
  t.same(readSessionPolicy(flagSettings({})), {
    connectTimeout: 3000,
    connectAttempts: 3,
    hold: 0,
    idleTimeout: 3_600_000,
    finTimeout: 30_000,
    udpIdleTimeout: 60_000,
    udpOnDown: 'rehome',
    maxConnections: undefined,
    maxUdpSessions: 10_000,
    sendSource: undefined,
    preserveSource: false,
    maxConnectionsPerClient: undefined,
    connectionRatePerClient: undefined,
  })
  t.end()
})

t.test('reads each flag', t => {
  const flags: Flags = {
    connectTimeout: '1s',
    connectAttempts: '5',
    hold: '10s',
    idleTimeout: '0',
    finTimeout: '0s',
    udpIdleTimeout: '2s',
    udpOnDown: 'pin',
    maxConnections: '10',
    maxUdpSessions: '500',
    sendSource: '::1',
    preserveSource: true,
    maxConnectionsPerClient: '20',
    connectionRatePerClient: '300/m',
  }
  t.same(readSessionPolicy(flagSettings(flags)), {
    connectTimeout: 1000,
    connectAttempts: 5,
    hold: 10_000,
    idleTimeout: 0,
    finTimeout: 0,
    udpIdleTimeout: 2000,
    udpOnDown: 'pin',
    maxConnections: 10,
    maxUdpSessions: 500,
    sendSource: '::1',
    preserveSource: true,
    maxConnectionsPerClient: 20,
    connectionRatePerClient: { count: 300, per: 'minute' },
  })
  t.end()
})

t.test('refuses broken values', t => {
  const cases: [Flags, message: RegExp][] = [
    [{ connectTimeout: '0' }, /^--connect-timeout "0": must be longer than 0$/],
    [{ connectAttempts: '0' }, /^--connect-attempts "0": not a whole number/],
    [{ hold: '-1s' }, /^--hold "-1s": not a duration/],
    [{ idleTimeout: '2y' }, /^--idle-timeout "2y": not a duration/],
    [{ finTimeout: '366d' }, /^--fin-timeout "366d": longer than a year/],
    [{ udpIdleTimeout: '0s' }, /^--udp-idle-timeout "0s": must be longer than 0$/],
    [{ udpOnDown: 'ignore' }, /^--udp-on-down "ignore": not one of rehome, drop, pin$/],
    [{ maxConnections: '0' }, /^--max-connections "0": not a whole number/],
    [{ maxUdpSessions: 'many' }, /^--max-udp-sessions "many": not a whole number/],
    [{ maxConnectionsPerClient: '0' }, /^--max-connections-per-client "0": not a whole number/],
    [{ connectionRatePerClient: '10' }, /^--connection-rate-per-client "10": not a rate/],
    [{ sendSource: 'eth0' }, /^--send-source "eth0": not a literal IP address$/],
    [{ sendSource: '10.0.0.256' }, /^--send-source "10.0.0.256": not a literal IP address$/],
    [{ sendSource: '10.0.0.1:80' }, /^--send-source "10.0.0.1:80": not a literal IP address$/],
    [{ sendSource: '' }, /^--send-source "": not a literal IP address$/],
  ]
  for (const [flags, message] of cases)
    t.throws(() => readSessionPolicy(flagSettings(flags)), { name: 'ConfigError', message })
  t.end()
})
