import { isIP } from 'node:net'
import t from 'tap'
import { isHostName, literalFamily } from '../../../src/config/host.js'

t.test('takes for a literal exactly what a socket takes for one', t => {
  const texts = [
    ...[
      '10.0.0.1',
      '0.0.0.0',
      '255.255.255.255',
      '256.0.0.1',
      '1.2.3',
      '1.2.3.4.5',
      '1.2.3.4.',
      '.1.2.3.4',
      '1..2.3',
    ],
    ...['01.2.3.4', '1.02.3.4', '1.2.3.04', '1.2.3.00', '1.2.3.4%eth0', '', 'localhost', '1.2.3.4 '],
    ...[
      '::',
      '::1',
      '1::',
      '::01',
      '2001:db8::0001',
      'fe80::1%eth0',
      'fe80::1%',
      'fe80::1%e th',
      '1:2:3:4:5:6:7:8',
    ],
    ...[
      '1:2:3:4:5:6:7',
      '1:2:3:4:5:6:7:8:9',
      '1::2::3',
      ':::1',
      ':1',
      '1:',
      '12345::',
      'g::',
      '::ffff:1.2.3.4',
    ],
    ...[
      '::ffff:01.2.3.4',
      '::ffff:1.2.3.04',
      '1.2.3.4::',
      '::1.2.3',
      '::1.2.3.4:5',
      '64:ff9b::192.0.2.33',
      '[::1]',
    ],
  ]
  for (const text of texts) t.equal(literalFamily(text) ?? 0, isIP(text), JSON.stringify(text))
  t.end()
})

t.test('knows host names', t => {
  const label = 'a'.repeat(63)
  const names = [
    'localhost',
    'db-1.internal',
    'my_db',
    '_srv.x',
    'a',
    'example.com.',
    '3com.net',
    `${label}.x`,
  ]
  for (const name of [...names, `${label}.${label}.${label}.${'a'.repeat(61)}`]) t.ok(isHostName(name), name)
  t.end()
})

t.test('refuses what no resolver should be asked for', t => {
  const label = 'a'.repeat(63)
  const texts = [
    '',
    '.',
    'a..b',
    '-a',
    'a-',
    'a b',
    'a/b',
    'bücher.de',
    `${label}a`,
    '*',
    '999.1.1.1',
    '1.2.3',
    '5432',
  ]
  for (const text of [...texts, `${label}.${label}.${label}.${'a'.repeat(62)}`])
    t.notOk(isHostName(text), text)
  t.end()
})
