import t from 'tap'
import { fileSettings } from '../../../src/config/file/file-settings.js'
import { parseBackend, readBackend } from '../../../src/config/backend-spec.js'

const parse = (text: string) => parseBackend({ path: '--backend', text })

t.test('reads a bare address with every default', t => {
  t.same(parse('10.0.0.11:5432'), {
    name: '10.0.0.11:5432',
    address: { kind: 'inet', host: '10.0.0.11', port: 5432 },
    weight: 1,
    backup: false,
    maxConnections: undefined,
    state: 'ready',
    source: '10.0.0.11:5432',
    path: '--backend',
    given: new Set(['address']),
  })
  t.equal(parse('[::1]:53').name, '[::1]:53')
  t.equal(parse("unix:/run/o'db").name, "unix:/run/o'db", 'a name nobody chose')
  t.end()
})

t.test('reads every field', t => {
  const source = 'unix:/run/a\\,b,weight=256,backup,name=db\\,2,max-connections=100,state=drain'
  t.same(parse(source), {
    name: 'db,2',
    address: { kind: 'unix', path: '/run/a,b' },
    weight: 256,
    backup: true,
    maxConnections: 100,
    state: 'drain',
    source,
    path: '--backend',
    given: new Set(['address', 'weight', 'backup', 'name', 'maxConnections', 'state']),
  })
  t.equal(parse('a:1,state=maintenance').state, 'maintenance')
  t.equal(parse(`a:1,name=${'é'.repeat(128)}`).name.length, 128)
  t.end()
})

t.test('refuses broken backends', t => {
  const cases: [source: string, problem: RegExp][] = [
    ['', /: no port/],
    ['a', /: no port/],
    ['a:0', /: the port must be a number from 1 to 65535$/],
    [':80', /: no host/],
    ['tcp://a:80', /: a backend takes no scheme \(write HOST:PORT\)$/],
    ['a:1,weight=0', /: weight "0": not a whole number from 1 to 256$/],
    ['a:1,weight=257', /: weight "257": not a whole number from 1 to 256$/],
    ['a:1,weight=1.5', /: weight "1.5": not a whole number/],
    ['a:1,weight=1,weight=2', /: weight is given twice$/],
    ['a:1,max-connections=0', /: max-connections "0": not a whole number from 1 to 2147483647$/],
    [
      'a:1,maxConnections=5',
      /: unknown key "maxConnections" \(known: weight, name, max-connections, state, backup\)$/,
    ],
    ['a:1,state=down', /: state "down": not one of ready, drain, maintenance$/],
    ['a:1,backup=yes', /: backup takes no value$/],
    ['a:1,', /: an empty part/],
    ['a:1,name=', /: name needs a value/],
    ['a:1,name=x y', /: name "x y": must not be empty or dots alone, or contain spaces, quotes/],
    ['a:1,name="x"', /: name .*: must not be empty or dots alone, or contain spaces, quotes/],
    ["a:1,name='x'", /: name "'x'": must not be empty/],
    ['a:1,name=`x`', /: name "`x`": must not be empty/],
    ['a:1,name=x\0', /: name "x\\u0000": must not be empty/],
    ['a:1,name=x\u2028', /: name "x\\u2028": must not be empty/],
    ['a:1,name=x\u200b', /: name .*invisible characters$/],
    ['a:1,name=\ud800', /: name .*invisible characters$/],
    ['a:1,name=.', /: name "\.": must not be empty or dots alone/],
    ['a:1,name=..', /: name "\.\.": must not be empty or dots alone/],
    [`a:1,name=${'x'.repeat(129)}`, /: longer than 128 characters$/],
  ]
  for (const [value, message] of cases) {
    t.throws(() => parse(value), { name: 'ConfigError', path: '--backend', value, message }, value)
  }
  t.end()
})

t.test('reads the backend of a file', t => {
  const at = { path: 'backends[0].address', text: 'a:1' }
  t.match(readBackend(at, fileSettings({ weight: 5, backup: false }, ['backends', 0])), {
    name: 'a:1',
    weight: 5,
    backup: false,
    source: 'a:1',
    path: 'backends[0].address',
    given: new Set(['address', 'weight', 'backup']),
  })
  t.throws(() => readBackend(at, fileSettings({ weight: 0 }, ['backends', 0])), {
    path: 'backends[0].weight',
    message: /^backends\[0\]\.weight "0": not a whole number/,
  })
  t.end()
})
