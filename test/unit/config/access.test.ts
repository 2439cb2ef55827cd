import t from 'tap'
import { formatNetwork, readAccess } from '../../../src/config/access.js'
import type { Given } from '../../../src/config/given.js'

const given = (path: string, texts: readonly string[]): readonly Given[] =>
  texts.map((text, index) => ({ path: `${path}[${index}]`, text }))

const read = (allow: readonly string[], deny: readonly string[] = []) =>
  readAccess(given('allow', allow), given('deny', deny))

t.test('reads addresses and networks', t => {
  t.same(read([]), { allow: [], deny: [] })
  t.same(read(['10.0.0.0/8', '10.1.2.3'], ['2001:db8::/33', '::1']), {
    allow: [
      { family: 4, address: '10.0.0.0', prefix: 8 },
      { family: 4, address: '10.1.2.3', prefix: 32 },
    ],
    deny: [
      { family: 6, address: '2001:db8::', prefix: 33 },
      { family: 6, address: '::1', prefix: 128 },
    ],
  })
  t.same(read(['10.0.0.0/8'], ['10.0.0.0/8']).deny.length, 1, 'both lists may have one')
  t.end()
})

t.test('each network has one spelling', t => {
  const spellings: [text: string, shown: string][] = [
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['::/0', '::/0'],
    ['10.1.2.3/32', '10.1.2.3'],
    ['10.1.2.254/31', '10.1.2.254/31'],
    ['192.168.128.0/17', '192.168.128.0/17'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['2001:db8:8000::/33', '2001:db8:8000::/33'],
    ['::ffff:10.1.2.3', '10.1.2.3'],
    ['::ffff:10.0.0.0/104', '10.0.0.0/8'],
    ['::ffff:0:0/96', '0.0.0.0/0'],
    ['::10.0.0.1/128', '::a00:1'],
  ]
  for (const [text, shown] of spellings) t.same(read([text]).allow.map(formatNetwork), [shown], text)
  t.end()
})

t.test('refuses what is no network, and what is given twice', t => {
  const none = 'not an address or a network, such as 10.0.0.0/8 or 2001:db8::/32'
  const problems: [entries: string[], problem: string][] = [
    ...[
      '',
      '/8',
      'localhost',
      '10.0.0',
      '10.0.0.0/8/8',
      '010.0.0.0/8',
      'fe80::1%eth0',
      '[::1]',
      '10.0.0.0:80',
    ].map((text): [string[], string] => [[text], none]),
    ...['10.0.0.0/33', '10.0.0.0/', '10.0.0.0/08', '10.0.0.0/-1', '10.0.0.0/255.0.0.0'].map(
      (text): [string[], string] => [[text], 'the prefix must be a number from 0 to 32'],
    ),
    [['::/129'], 'the prefix must be a number from 0 to 128'],
    [['::ffff:10.0.0.0/8'], 'the prefix must be a number from 96 to 128'],
    [['10.1.2.3/8'], 'has bits set beyond its prefix (did you mean 10.0.0.0/8?)'],
    [['10.1.2.3/31'], 'has bits set beyond its prefix (did you mean 10.1.2.2/31?)'],
    [['1.2.3.4/0'], 'has bits set beyond its prefix (did you mean 0.0.0.0/0?)'],
    [['2001:db8:ffff::/33'], 'has bits set beyond its prefix (did you mean 2001:db8:8000::/33?)'],
    [['::ffff:10.1.2.3/104'], 'has bits set beyond its prefix (did you mean 10.0.0.0/8?)'],
    [['10.0.0.0/8', '10.0.0.0/8'], '10.0.0.0/8 is given twice'],
    [['10.0.0.1', '::ffff:10.0.0.1'], '10.0.0.1 is given twice'],
  ]
  for (const [entries, problem] of problems) {
    const last = entries.length - 1
    const message = `deny[${last}] ${JSON.stringify(entries[last])}: ${problem}`
    t.throws(() => read([], entries), { name: 'ConfigError', message }, message)
  }
  t.end()
})
