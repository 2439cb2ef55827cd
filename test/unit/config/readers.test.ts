import t from 'tap'
import { DEFAULTS } from '../../../src/config/defaults.js'
import { flagSettings } from '../../../src/config/flags.js'
import { readChoice, readCount, readDuration, readSwitch, readText } from '../../../src/config/readers.js'

t.test('takes what was given, else the default', t => {
  t.same(readText(flagSettings({}), 'probe.interval'), { path: '--probe-interval', text: '2s' })
  t.equal(readText(flagSettings({ probeInterval: '5s' }), 'probe.interval').text, '5s')
  t.equal(readText(flagSettings({ balance: '' }), 'balance').text, '', 'an empty text is not a missing one')
  t.equal(readDuration(flagSettings({}), 'idleTimeout', 0), 3_600_000)
  t.equal(readDuration(flagSettings({ idleTimeout: '0' }), 'idleTimeout', 0), 0)
  t.equal(readCount(flagSettings({ probeFall: '7' }), 'probe.fall'), 7)
  t.equal(readChoice(flagSettings({}), 'udpOnDown', ['pin', 'rehome']), DEFAULTS.udpOnDown)
  t.equal(readSwitch(flagSettings({}), 'passive'), true)
  t.equal(readSwitch(flagSettings({ passive: 'off' }), 'passive'), false)
  t.end()
})

t.test('names the place in errors', t => {
  t.throws(() => readDuration(flagSettings({ udpIdleTimeout: '0' }), 'udpIdleTimeout', 1), {
    message: '--udp-idle-timeout "0": must be longer than 0',
  })
  t.throws(() => readCount(flagSettings({ probeRise: '0' }), 'probe.rise'), {
    message: /^--probe-rise "0": /,
  })
  t.throws(() => readChoice(flagSettings({ logLevel: 'loud' }), 'log.level', ['info']), {
    message: /^--log-level "loud": /,
  })
  t.end()
})
