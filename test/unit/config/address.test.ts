import t from 'tap'
import { canonicalHost, formatAddress, parseAddress } from '../../../src/config/address.js'

t.test('reads addresses', t => {
  const inet = (host: string, port: number) => ({ kind: 'inet', host, port })
  const path = `/${'é'.repeat(53)}`
  for (const role of ['bind', 'connect'] as const) {
    t.same(parseAddress('--x', '10.0.0.1:5432', role), inet('10.0.0.1', 5432))
    t.same(parseAddress('--x', 'db.internal:65535', role), inet('db.internal', 65535))
    t.same(parseAddress('--x', '[::1]:53', role), inet('::1', 53))
    t.same(parseAddress('--x', '[fe80::1%eth0]:53', role), inet('fe80::1%eth0', 53))
    t.same(parseAddress('--x', 'unix:/run/db.sock', role), { kind: 'unix', path: '/run/db.sock' })
    t.same(parseAddress('--x', `unix:${path}`, role), { kind: 'unix', path }, '107 bytes')
  }
  t.same(parseAddress('--x', ':80', 'bind'), inet('*', 80))
  t.same(parseAddress('--x', '*:80', 'bind'), inet('*', 80))
  t.same(parseAddress('--x', '127.0.0.1:0', 'bind'), inet('127.0.0.1', 0))
  t.end()
})

t.test('refuses broken addresses and says what is wrong', t => {
  const cases: [text: string, problem: RegExp][] = [
    ['', /no port \(write HOST:PORT\)$/],
    ['localhost', /no port/],
    ['8080', /no port/],
    ['[::1]', /no port/],
    ['a:', /the port must be a number from 1 to 65535$/],
    ['a:http', /the port must be/],
    ['a:0', /the port must be/],
    ['a:65536', /the port must be/],
    ['a:-1', /the port must be/],
    ['a:000080', /the port must be/],
    [':80', /no host \(write HOST:PORT\)$/],
    ['*:80', /no host/],
    ['::1:80', /an IPv6 address is written in brackets: \[::1\]:80$/],
    ['[]:80', /no IPv6 address between the brackets$/],
    ['[10.0.0.1]:80', /no IPv6 address/],
    ['[::g]:80', /no IPv6 address/],
    ['256.0.0.1:80', /the host is neither an address nor a host name$/],
    ['a_b-:80', /the host is neither/],
    ['a b:80', /contains a space or a control character$/],
    ['a\0:80', /contains a space/],
    ['a\u0085:80', /contains a space/],
    ['unix:/a b', /contains a space/],
    ['unix:/a\0', /contains a space/],
    ['unix:', /no path after unix:$/],
    [`unix:/${'a'.repeat(107)}`, /the path is longer than 107 bytes$/],
    [`unix:/${'é'.repeat(53)}a`, /the path is longer than 107 bytes$/],
  ]
  for (const [value, message] of cases) {
    t.throws(() => parseAddress('--backend', value, 'connect'), { path: '--backend', value, message })
  }
  t.throws(() => parseAddress('--admin', 'a:65536', 'bind'), { message: /a number from 0 to 65535$/ })
  t.throws(() => parseAddress('--listen', 'a', 'bind', 'tcp://a'), {
    message: /^--listen "tcp:\/\/a": no port/,
  })
  t.end()
})

t.test('shows addresses so that they can be read again', t => {
  for (const text of ['10.0.0.1:1', '[::1]:53', 'unix:/run/x', '*:80']) {
    t.equal(formatAddress(parseAddress('--x', text, 'bind')), text)
  }
  t.end()
})

t.test('tells a wildcard and an IPv4-mapped address in one spelling', t => {
  const cases: [host: string, canonical: string][] = [
    ['::', '::'],
    ['::0', '::'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['0000::0.0.0.0', '::'],
    ['0.0.0.0', '0.0.0.0'],
    ['::ffff:0:0', '0.0.0.0'],
    ['::ffff:127.0.0.1', '127.0.0.1'],
    ['::FFFF:a00:1', '10.0.0.1'],
    ['10.0.0.1', '10.0.0.1'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['::127.0.0.1', '::127.0.0.1'],
    ['fe80::1%eth0', 'fe80::1%eth0'],
    ['*', '*'],
    ['localhost', 'localhost'],
  ]
  for (const [host, canonical] of cases) t.equal(canonicalHost(host), canonical, host)
  t.end()
})
