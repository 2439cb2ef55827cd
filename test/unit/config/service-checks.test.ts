import t from 'tap'
import type { ServiceConfig } from '../../../src/config/config.js'
import type { Flags } from '../../../src/config/flag-values.js'
import { parseFlags } from '../../../src/config/flags.js'
import { parseListener } from '../../../src/config/listener.js'
import { checkListeners } from '../../../src/config/service-checks.js'

/** Checks the service that these flags describe. */
const check = (listen: string[], backend: string[], flags: Flags = {}) =>
  parseFlags({ listen, backend, ...flags })

t.test('lets through what can work', t => {
  const cases: [string[], string[], Flags?][] = [
    [
      [':80', 'udp://:80', ':81', 'unix:/x', 'unix:/y'],
      ['a:1', 'a:2'],
    ],
    [[':0', ':0', 'udp://:0', 'udp://:0'], ['a:1']],
    [[':80'], ['a:1', 'a:1,name=b']],
    [[':80'], ['unix:/a', 'unix:/b'], { probe: 'http,path=/' }],
    [[':80'], ['unix:/a'], { probe: 'none' }],
    [[':80'], ['unix:/a'], { sendSource: '10.0.0.1' }],
    [[':80'], ['10.0.0.2:1', 'db:1'], { sendSource: '10.0.0.1' }],
    [[':80'], ['[::1]:1', 'db:1'], { sendSource: '::1' }],
  ]
  for (const [urls, specs, flags] of cases) {
    t.doesNotThrow(() => check(urls, specs, flags), JSON.stringify([urls, specs, flags]))
  }
  t.end()
})

t.test('refuses what cannot, and names the value to change', t => {
  const cases: [string[], string[], Flags, message: string][] = [
    [[':80', 'tcp://*:80'], ['a:1'], {}, '--listen "tcp://*:80": given twice'],
    [['unix:/x', 'unix:/x'], ['a:1'], {}, '--listen "unix:/x": given twice'],
    [
      [':80'],
      ['a:1', 'a:1,weight=2'],
      {},
      '--backend "a:1,weight=2": the name "a:1" is taken (give another name)',
    ],
    [
      [':80'],
      ['a:1,name=x', 'b:1,name=x'],
      {},
      '--backend "b:1,name=x": the name "x" is taken (give another name)',
    ],
    [
      [':80', 'udp://:80'],
      ['unix:/a,weight=2'],
      {},
      '--backend "unix:/a,weight=2": a unix socket cannot serve the udp listener udp://:80',
    ],
    [
      [':80'],
      ['unix:/a'],
      { probe: 'udp,send=x' },
      '--probe "udp,send=x": kind "udp": cannot reach the backend unix:/a',
    ],
    [
      [':80'],
      ['unix:/a'],
      { probe: 'tcp,port=1' },
      '--probe "tcp,port=1": port "1": the backend unix:/a has no host for a port',
    ],
    [
      [':80'],
      ['[::1]:1'],
      { sendSource: '10.0.0.1' },
      '--send-source "10.0.0.1": IPv4 cannot reach the IPv6 backend [::1]:1',
    ],
    [
      [':80'],
      ['db:1', '10.0.0.1:1'],
      { sendSource: '::1' },
      '--send-source "::1": IPv6 cannot reach the IPv4 backend 10.0.0.1:1',
    ],
  ]
  for (const [urls, specs, flags, message] of cases) {
    t.throws(() => check(urls, specs, flags), { name: 'ConfigError', message })
  }
  t.end()
})

t.test('no two services listen in one place', t => {
  const service = (path: string, url: string): Pick<ServiceConfig, 'listeners' | 'paths'> => ({
    listeners: [parseListener(path, url)],
    paths: { listeners: [path], maxConnections: '', maxUdpSessions: '', sendSource: '' },
  })
  t.throws(
    () => checkListeners([service('services.a.listen[0]', ':80'), service('services.b.listen[0]', '*:80')]),
    {
      message: 'services.b.listen[0] "*:80": given twice (see services.a.listen[0])',
    },
  )
  t.doesNotThrow(() => checkListeners([service('a', ':0'), service('b', ':0'), service('c', 'udp://:80')]))
  t.end()
})
