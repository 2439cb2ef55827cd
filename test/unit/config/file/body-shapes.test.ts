import t from 'tap'
import { readBackendChange, readNewBackend } from '../../../../src/config/file/body-shapes.js'

t.test('a new backend is one of a file', t => {
  t.match(readNewBackend({ address: 'a:1' }), { name: 'a:1', weight: 1, path: 'address', source: 'a:1' })
  t.match(
    readNewBackend({ address: 'a:1', name: 'b', weight: 2, backup: true, maxConnections: 5, state: 'drain' }),
    {
      name: 'b',
      weight: 2,
      backup: true,
      maxConnections: 5,
      state: 'drain',
    },
  )
  const cases: [body: unknown, message: string | RegExp][] = [
    [undefined, 'body: required'],
    [null, 'body: has no value'],
    ['a:1', 'body: must have keys'],
    [{}, 'address: required'],
    [{ address: 'a' }, /^address "a": no port/],
    [{ address: 'tcp://a:1' }, /^address "tcp:\/\/a:1": a backend takes no scheme/],
    [{ address: 'a:1', weight: 0 }, 'weight "0": not a whole number from 1 to 256'],
    [{ address: 'a:1', weight: '2' }, 'weight "2": must be a number'],
    [{ address: 'a:1', wieght: 2 }, 'wieght: unknown key (did you mean weight?)'],
    [{ address: 'a:1', name: '' }, /^name "": must not be empty/],
    [{ address: 'a:1', name: 'a b' }, /^name "a b": must not be empty or dots alone, or contain spaces/],
    [{ address: 'a:1', state: 'asleep' }, 'state "asleep": not one of ready, drain, maintenance'],
  ]
  for (const [body, message] of cases) {
    t.throws(() => readNewBackend(body), { name: 'ConfigError', message }, JSON.stringify(body))
  }
  t.end()
})

t.test('a change names what is to change', t => {
  t.strictSame(readBackendChange({ weight: 3 }), { weight: 3 })
  t.strictSame(readBackendChange({ state: 'drain' }), { state: 'drain' })
  t.strictSame(readBackendChange({ state: 'drain', weight: 1, for: '10m', then: 'kill' }), {
    state: 'drain',
    weight: 1,
    deadline: { after: 600_000, then: 'kill' },
  })
  t.strictSame(readBackendChange({ state: 'maintenance', for: '1s', then: 'ready' }).deadline, {
    after: 1000,
    then: 'ready',
  })
  t.strictSame(
    readBackendChange({ state: 'drain', for: '1s', then: 'maintenance' }).deadline?.then,
    'maintenance',
  )
  t.end()
})

t.test('a change that makes no sense is refused', t => {
  const cases: [body: unknown, message: string | RegExp][] = [
    [{}, 'body: nothing to change'],
    [[], 'body: must have keys'],
    [{ sate: 'drain' }, 'sate: unknown key (did you mean state?)'],
    [{ state: 'down' }, 'state "down": not one of ready, drain, maintenance'],
    [{ weight: 257 }, 'weight "257": not a whole number from 1 to 256'],
    [{ weight: null }, 'weight: has no value'],
    [{ state: 'drain', then: 'kill' }, 'for: required where there is a then'],
    [{ state: 'drain', for: '5s' }, 'then: required where there is a for'],
    [{ for: '5s', then: 'kill' }, 'for "5s": needs a state of drain or maintenance beside it'],
    [{ state: 'ready', for: '5s', then: 'kill' }, /^for "5s": needs a state/],
    [
      { state: 'maintenance', for: '5s', then: 'maintenance' },
      'then "maintenance": follows only a state of drain',
    ],
    [{ state: 'drain', for: '5', then: 'kill' }, /^for "5": not a duration/],
    [{ state: 'drain', for: 5, then: 'kill' }, /^for "5": not a duration/],
    [{ state: 'drain', for: '0s', then: 'kill' }, 'for "0s": must be longer than 0'],
    [{ state: 'drain', for: '2000d', then: 'kill' }, /^for "2000d": longer than a year/],
    [{ state: 'drain', for: '5s', then: 'explode' }, 'then "explode": not one of kill, ready, maintenance'],
  ]
  for (const [body, message] of cases) {
    t.throws(() => readBackendChange(body), { name: 'ConfigError', message }, JSON.stringify(body))
  }
  t.end()
})
