import t from 'tap'
import { formatListener, parseListener } from '../../../src/config/listener.js'

t.test('reads listeners and keeps the text they were given as', t => {
  const cases: [url: string, protocol: 'tcp' | 'udp', host: string, port: number][] = [
    ['tcp://0.0.0.0:5432', 'tcp', '0.0.0.0', 5432],
    ['udp://[::1]:53', 'udp', '::1', 53],
    ['udp://:0', 'udp', '*', 0],
    ['*:80', 'tcp', '*', 80],
    [':80', 'tcp', '*', 80],
    ['localhost:80', 'tcp', 'localhost', 80],
    ['[::0]:80', 'tcp', '::', 80],
    ['udp://[0:0:0:0:0:0:0:0]:53', 'udp', '::', 53],
    ['udp://[::ffff:127.0.0.1]:53', 'udp', '127.0.0.1', 53],
  ]
  for (const [url, protocol, host, port] of cases) {
    t.same(parseListener('--listen', url), { protocol, host, port, url }, url)
  }
  t.same(parseListener('--listen', 'unix:/run/x'), { protocol: 'unix', path: '/run/x', url: 'unix:/run/x' })
  t.end()
})

t.test('refuses broken listeners', t => {
  const cases: [url: string, problem: RegExp][] = [
    ['http://a:80', /unknown scheme \(known: tcp:\/\/, udp:\/\/, unix:\)$/],
    ['TCP://a:80', /unknown scheme/],
    ['tcp://udp://a:80', /brackets/],
    ['tcp://', /no port/],
    ['udp://a:65536', /the port must be a number from 0 to 65535$/],
    ['tcp://a:80/', /the port must be/],
    ['udp://unix:/run/x', /a unix socket takes no scheme \(write unix:PATH\)$/],
    ['tcp://unix:/run/x', /a unix socket takes no scheme/],
    ['unix:', /no path after unix:$/],
  ]
  for (const [value, message] of cases) {
    t.throws(() => parseListener('--listen', value), { path: '--listen', value, message })
  }
  t.end()
})

t.test('shows listeners with what was assumed', t => {
  const cases = [
    [':80', 'tcp://*:80'],
    ['udp://[::]:53', 'udp://[::]:53'],
    ['udp://[::0]:53', 'udp://[::]:53'],
    ['unix:/run/x', 'unix:/run/x'],
  ] as const
  for (const [url, shown] of cases) t.equal(formatListener(parseListener('--listen', url)), shown)
  t.end()
})
