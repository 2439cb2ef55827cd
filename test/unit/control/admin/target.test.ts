import t from 'tap'
import { readTarget } from '../../../../src/control/admin/target.js'

const read = (url: string, hosts?: string[], httpVersion = '1.1'): unknown =>
  readTarget({ url, httpVersion, headersDistinct: { host: hosts } })

t.test('a path is for the Host', async t => {
  t.strictSame(read('/healthz?x', ['lb1:7070']), { host: 'lb1:7070', path: '/healthz?x' })
  t.strictSame(read('*', ['lb1']), { host: 'lb1', path: '*' })
  t.strictSame(read('//healthz', ['lb1']), { host: 'lb1', path: '//healthz' })
})

t.test('a URL says itself whom it is for', async t => {
  for (const [url, host, path] of [
    ['http://localhost/healthz', 'localhost', '/healthz'],
    ['HTTP://[::1]:7070/a?b', '[::1]:7070', '/a?b'],
    ['http://localhost', 'localhost', '/'],
    ['http://localhost?x', 'localhost', '/?x'],
    ['http://evil.example@localhost/', 'evil.example@localhost', '/'],
    ['http:///healthz', '', '/healthz'],
  ] as const) {
    t.strictSame(read(url, ['other']), { host, path }, url)
  }
  t.strictSame(read('https://localhost/', ['other']), { host: 'other', path: 'https://localhost/' })
})

t.test('there is one Host, which only HTTP/1.0 may leave out', async t => {
  t.match(read('/'), { status: 400, body: /no Host/ })
  t.match(read('http://localhost/'), { status: 400 })
  t.match(read('/', ['localhost', 'localhost']), { status: 400, body: /more than one Host/ })
  t.match(read('/', ['localhost', 'evil.example'], '1.0'), { status: 400 })
  t.strictSame(read('/', undefined, '1.0'), { host: undefined, path: '/' })
})
