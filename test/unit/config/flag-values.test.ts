import t from 'tap'
import {
  DEFAULTS,
  flagName,
  readChoice,
  readCount,
  readDuration,
  readText,
} from '../../../src/config/flag-values.js'

t.test('names a flag as it is typed', t => {
  t.equal(flagName('name'), '--name')
  t.equal(flagName('probeInterval'), '--probe-interval')
  t.equal(flagName('maxUdpSessions'), '--max-udp-sessions')
  t.end()
})

t.test('takes what was typed, else the default', t => {
  t.equal(readText({}, 'probeInterval'), '2s')
  t.equal(readText({ probeInterval: '5s' }, 'probeInterval'), '5s')
  t.equal(readText({ name: '' }, 'name'), '', 'an empty text is not a missing one')
  t.equal(readDuration({}, 'idleTimeout', 0), 3_600_000)
  t.equal(readDuration({ idleTimeout: '0' }, 'idleTimeout', 0), 0)
  t.equal(readCount({ probeFall: '7' }, 'probeFall'), 7)
  t.equal(readChoice({}, 'udpOnDown', ['pin', 'rehome']), DEFAULTS.udpOnDown)
  t.end()
})

t.test('names the flag in errors', t => {
  t.throws(() => readDuration({ udpIdleTimeout: '0' }, 'udpIdleTimeout', 1), {
    message: '--udp-idle-timeout "0": must be longer than 0',
  })
  t.throws(() => readCount({ probeRise: '0' }, 'probeRise'), { message: /^--probe-rise "0": / })
  t.throws(() => readChoice({ logLevel: 'loud' }, 'logLevel', ['info']), { message: /^--log-level "loud": / })
  t.end()
})
