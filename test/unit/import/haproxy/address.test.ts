import t from 'tap'
import { readBindAddress, readServerAddress } from '../../../../src/import/haproxy/address.js'

t.test('what is bound', t => {
  const cases: [text: string, urls: string[]][] = [
    [':80', ['tcp://0.0.0.0:80']],
    ['*:80', ['tcp://0.0.0.0:80']],
    ['10.0.0.1:80-81', ['tcp://10.0.0.1:80', 'tcp://10.0.0.1:81']],
    [':::80', ['tcp://[::]:80']],
    ['::1:80', ['tcp://[::1]:80']],
    ['[::1]:80', ['tcp://[::1]:80']],
    ['ipv6@:80', ['tcp://[::]:80']],
    ['ipv4@1.2.3.4:80', ['tcp://1.2.3.4:80']],
    ['tcp4@:80', ['tcp://0.0.0.0:80']],
    ['/run/a.sock', ['unix:/run/a.sock']],
    ['unix@/run/a.sock', ['unix:/run/a.sock']],
    ['db.example:80', ['tcp://db.example:80']],
  ]
  for (const [text, urls] of cases) t.same(readBindAddress(text, false), { urls }, text)
  t.same(readBindAddress(':::80', true), { urls: ['tcp://*:80'] })
  t.end()
})

t.test('what cannot be bound', t => {
  for (const text of [
    '',
    '10.0.0.1',
    ':0',
    ':80-',
    ':1-5000',
    'abns@x',
    'fd@3',
    'quic4@:443',
    'udp@:53',
    '[::1]',
  ]) {
    t.match(readBindAddress(text, false), { problem: /./ }, text)
  }
  t.end()
})

t.test('what is connected to', t => {
  const cases: [text: string, address: string][] = [
    ['10.0.0.1:80', '10.0.0.1:80'],
    ['10.0.0.1', '10.0.0.1:5432'],
    ['::1:80', '[::1]:80'],
    ['[::1]', '[::1]:5432'],
    ['ipv4@db.example:80', 'db.example:80'],
    ['unix@/run/a.sock', 'unix:/run/a.sock'],
  ]
  for (const [text, address] of cases) t.same(readServerAddress(text, 5432), { address }, text)
  t.match(readServerAddress('10.0.0.1', undefined), { problem: /no port/ })
  t.match(readServerAddress('10.0.0.1:+10', 5432), { problem: /relative/ })
  t.match(readServerAddress('10.0.0.1:x', 5432), { problem: /no port/ })
  t.match(readServerAddress('sockpair@3', 5432), { problem: /sockpair/ })
  t.end()
})
