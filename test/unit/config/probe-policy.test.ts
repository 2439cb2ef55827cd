import t from 'tap'
import type { Flags } from '../../../src/config/flag-values.js'
import { flagSettings } from '../../../src/config/flags.js'
import type { Settings } from '../../../src/config/given.js'
import { parseListener } from '../../../src/config/listener.js'
import { readProbe } from '../../../src/config/probe-policy.js'

const read = (flags: Flags, ...urls: string[]) =>
  readProbe(
    flagSettings(flags),
    urls.map(url => parseListener('--listen', url)),
  )

t.test('has the defaults of the contract', t => {
  t.same(read({}, ':1'), {
    spec: { kind: 'tcp', port: undefined, send: undefined, expect: undefined },
    interval: 2000,
    timeout: 1000,
    fastInterval: 2000,
    downInterval: 2000,
    rise: 2,
    fall: 3,
  })
  t.end()
})

t.test('asks nothing by default where nothing listens on tcp', t => {
  t.equal(read({}, 'udp://:1', 'udp://:2').spec.kind, 'none')
  t.equal(read({}, 'udp://:1', ':2').spec.kind, 'tcp')
  t.equal(read({}, 'unix:/x').spec.kind, 'tcp')
  t.equal(read({ probe: 'udp,send=x' }, 'udp://:1').spec.kind, 'udp')
  t.end()
})

t.test('the other intervals follow the interval unless they are given', t => {
  t.match(read({ probeInterval: '5s' }, ':1'), { fastInterval: 5000, downInterval: 5000 })
  t.match(read({ probeInterval: '5s', probeFastInterval: '2s', probeDownInterval: '1m' }, ':1'), {
    interval: 5000,
    fastInterval: 2000,
    downInterval: 60_000,
  })
  t.end()
})

t.test('a timeout that is not given shrinks to the interval', t => {
  t.equal(read({ probeInterval: '200ms' }, ':1').timeout, 200)
  t.equal(read({ probeInterval: '10s' }, ':1').timeout, 1000)
  t.equal(read({ probeInterval: '200ms', probeTimeout: '200ms' }, ':1').timeout, 200)
  t.end()
})

t.test('shorter intervals of other states leave the timeout alone', t => {
  t.equal(read({ probeFastInterval: '300ms', probeDownInterval: '400ms' }, ':1').timeout, 1000)
  t.match(read({ probeInterval: '200ms', probeTimeout: '200ms', probeFastInterval: '50ms' }, ':1'), {
    interval: 200,
    timeout: 200,
    fastInterval: 50,
    downInterval: 200,
  })
  t.match(read({ probeTimeout: '1s', probeDownInterval: '10ms' }, ':1'), { timeout: 1000, downInterval: 10 })
  t.end()
})

t.test('refuses broken values', t => {
  const cases: [Flags, message: string | RegExp][] = [
    [{ probeTimeout: '3s' }, '--probe-timeout "3s": longer than --probe-interval (2s)'],
    [
      { probeInterval: '500ms', probeTimeout: '1s', probeFastInterval: '1ms' },
      '--probe-timeout "1s": longer than --probe-interval (500ms)',
    ],
    [{ probeInterval: '0' }, '--probe-interval "0": must be longer than 0'],
    [{ probeTimeout: '0s' }, '--probe-timeout "0s": must be longer than 0'],
    [{ probeFastInterval: '0' }, '--probe-fast-interval "0": must be longer than 0'],
    [{ probeDownInterval: '5' }, /^--probe-down-interval "5": not a duration/],
    [{ probeRise: '0' }, /^--probe-rise "0": not a whole number/],
    [{ probeFall: '-1' }, /^--probe-fall "-1": not a whole number/],
  ]
  for (const [flags, message] of cases) {
    t.throws(() => read(flags, ':1'), { name: 'ConfigError', message }, JSON.stringify(flags))
  }
  t.end()
})

t.test('a key that the kind nobody gave does not have is refused', t => {
  const settings: Settings = {
    given: new Map([['probe.port', { path: 'a.probe.port', text: '5' }]]),
    place: key => ({ path: `a.${key}` }),
  }
  t.match(readProbe(settings, [parseListener('', ':1')]).spec, { kind: 'tcp', port: 5 })
  t.throws(() => readProbe(settings, [parseListener('', 'udp://:1')]), {
    message: 'a.probe.port "5": a probe of kind none has no such key',
  })
  t.end()
})

t.test('a kind that is unknown is refused', t => {
  const settings: Settings = {
    given: new Map([['probe.kind', { path: 'a.probe.kind', text: 'ping' }]]),
    place: key => ({ path: `a.${key}` }),
  }
  t.throws(() => readProbe(settings, []), { message: /^a\.probe\.kind "ping": not one of none, tcp, / })
  t.end()
})
