import t from 'tap'
import { parse } from 'yaml'
import { print } from '../../../src/import/print.js'

t.test('prints what a person would write', async t => {
  const text = await print(
    {
      workers: 'auto',
      logLevel: 'warn',
      services: [
        {
          name: 'db',
          line: 1,
          subject: '',
          listen: ['tcp://0.0.0.0:5432'],
          balance: 'least-connections',
          backends: [
            { address: '10.0.0.1:5432', name: '10.0.0.1:5432', weight: 1 },
            { address: '10.0.0.2:5432', name: 'db2', weight: 2, backup: true },
          ],
          probe: { kind: 'tcp', expect: '220', interval: 2000 },
          idleTimeout: 0,
        },
      ],
    },
    ['from here', 'and there'],
  )
  t.equal(
    text,
    `# from here
# and there

workers: auto
log:
  level: warn
services:
  db:
    listen: [ tcp://0.0.0.0:5432 ]
    balance: least-connections
    backends:
      - 10.0.0.1:5432
      - { address: 10.0.0.2:5432, name: db2, weight: 2, backup: true }
    probe:
      kind: tcp
      expect: "220"
      interval: 2s
    idleTimeout: 0s
`,
  )
})

t.test('what looks like something else stays a text', async t => {
  for (const name of ['yes', '1e3', 'null', '0x10', '#a', '- b', 'a: b', '*c', '&d', '!e', '~']) {
    const service = {
      name: 'a',
      line: 1,
      subject: '',
      listen: ['tcp://:1'],
      backends: [{ address: 'x:1', name }],
    }
    const { services } = parse(await print({ services: [service] }, ['c'])) as {
      services: { a: { backends: [{ name: unknown }] } }
    }
    t.equal(services.a.backends[0].name, name)
  }
})

t.test('nothing is shared between services by anchors', async t => {
  const backends = [{ address: 'x:1', name: 'one' }]
  const service = { name: 'a', line: 1, subject: '', listen: ['tcp://:1'], backends }
  const text = await print({ services: [service, { ...service, name: 'b' }] }, ['c'])
  t.notMatch(text, /[&*]a\d/)
})
