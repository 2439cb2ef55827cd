import t from 'tap'
import { parseBackend } from '../../../src/config/backend-spec.js'
import { checkBackend, checkFamilies } from '../../../src/config/datapath-checks.js'
import type { Flags } from '../../../src/config/flag-values.js'
import { parseFlags } from '../../../src/config/flags.js'
import { readFileValue } from '../../../src/config/file/load-file.js'
import { parseListener } from '../../../src/config/listener.js'
import { backend } from '../../fixtures/services.js'

const SERVICE: Flags = { listen: [':80'], backend: ['10.0.0.1:80'] }
const OTHERWISE = '(give --datapath userspace, or leave it out)'
const NEEDS_KERNEL = 'needs --datapath kernel in this version'

const kernel = (flags: Flags) => parseFlags({ ...SERVICE, datapath: 'kernel', ...flags })

t.test('each data path takes what it can do', t => {
  const able: readonly Flags[] = [
    {},
    { connectAttempts: '1', hold: '0', workers: '1', accessLog: false, sendSource: '10.0.0.9' },
    { allow: ['10.0.0.0/8'], deny: ['10.1.0.0/16'], preserveSource: true },
    { maxConnectionsPerClient: '5', connectionRatePerClient: '10/s', sendSource: '10.0.0.9' },
  ]
  for (const flags of able) t.equal(kernel(flags).datapath, 'kernel')
  const other = { hold: '1s', connectAttempts: '5', workers: 'auto', accessLog: true, preserveSource: false }
  t.equal(parseFlags({ ...SERVICE, ...other }).datapath, 'userspace')
  t.end()
})

t.test('the kernel makes one attempt to connect', t => {
  t.equal(kernel({}).services[0]?.connectAttempts, 1)
  t.equal(parseFlags(SERVICE).services[0]?.connectAttempts, 3)
  t.end()
})

t.test('refuses what the kernel cannot do', t => {
  const refused: [Flags, message: string][] = [
    [{ hold: '10s' }, `--hold "10s": the kernel datapath cannot park clients ${OTHERWISE}`],
    [
      { connectAttempts: '2' },
      `--connect-attempts "2": the kernel datapath cannot try another backend for a client ${OTHERWISE}`,
    ],
    [
      { accessLog: true },
      `--access-log "on": the kernel datapath cannot tell of single sessions ${OTHERWISE}`,
    ],
    [{ workers: '2' }, `--workers "2": the kernel datapath has no data threads ${OTHERWISE}`],
    [{ workers: 'auto' }, `--workers "auto": the kernel datapath has no data threads ${OTHERWISE}`],
    [
      { listen: [':80', 'unix:/run/x'] },
      '--listen "unix:/run/x": the kernel datapath cannot serve unix sockets (give --datapath userspace, or HOST:PORT)',
    ],
    [
      { listen: ['[fe80::1%eth0]:80'], backend: ['[fd00::1]:80'] },
      '--listen "[fe80::1%eth0]:80": the kernel datapath knows no zones of IPv6 addresses (give an address that needs none)',
    ],
    [
      { backend: ['10.0.0.1:80', '[fe80::1%eth0]:80'] },
      '--backend "[fe80::1%eth0]:80": the kernel datapath knows no zones of IPv6 addresses (give an address that needs none)',
    ],
    [
      { backend: ['10.0.0.1:80', 'unix:/run/x,weight=2'] },
      '--backend "unix:/run/x,weight=2": the kernel datapath cannot serve unix sockets (give --datapath userspace, or HOST:PORT)',
    ],
    [
      { sendSource: '10.0.0.9', preserveSource: true },
      '--send-source "10.0.0.9": cannot stand beside --preserve-source, which lets backends see the client\'s address',
    ],
  ]
  for (const [flags, message] of refused) t.throws(() => kernel(flags), { name: 'ConfigError', message })
  t.end()
})

t.test('refuses what user space cannot do yet', t => {
  const refused: [Flags, value: string][] = [
    [{ allow: ['10.0.0.0/8', '::1'] }, '--allow "10.0.0.0/8"'],
    [{ deny: ['::1'] }, '--deny "::1"'],
    [{ maxConnectionsPerClient: '5' }, '--max-connections-per-client "5"'],
    [{ connectionRatePerClient: '10/s' }, '--connection-rate-per-client "10/s"'],
    [{ preserveSource: true }, '--preserve-source "on"'],
  ]
  for (const [flags, value] of refused) {
    t.throws(() => parseFlags({ ...SERVICE, ...flags }), {
      name: 'ConfigError',
      message: `${value}: ${NEEDS_KERNEL}`,
    })
  }
  t.end()
})

t.test('names the place in a file, or the flag beside it', t => {
  const file = (more: object, ofProcess: object = {}) => ({
    ...ofProcess,
    services: {
      a: { listen: [':80'], backends: ['10.0.0.1:80'] },
      'b.c': { listen: [':81'], backends: ['10.0.0.1:80'], ...more },
    },
  })
  const refused: [value: object, Flags, message: RegExp][] = [
    [file({ hold: '10s' }, { datapath: 'kernel' }), {}, /^services\["b\.c"\]\.hold "10s": the kernel/],
    [file({ hold: '10s' }), { datapath: 'kernel' }, /^services\["b\.c"\]\.hold "10s": the kernel/],
    [file({ deny: ['::1'] }), {}, /^services\["b\.c"\]\.deny\[0\] "::1": needs --datapath kernel/],
    [
      file({ deny: ['::1'] }, { datapath: 'kernel' }),
      { datapath: 'userspace' },
      /^services\["b\.c"\]\.deny\[0\] "::1": needs --datapath kernel/,
    ],
    [file({}, { workers: 4, datapath: 'kernel' }), {}, /^workers "4": the kernel datapath has no/],
    [file({}, { datapath: 'kernel' }), { accessLog: true }, /^--access-log "on": the kernel datapath/],
    [
      file({ listen: [':81', { url: 'unix:/x' }] }, { datapath: 'kernel' }),
      {},
      /^services\["b\.c"\]\.listen\[1\]\.url "unix:\/x": the kernel datapath cannot serve unix/,
    ],
    [
      file({ sendSource: '10.0.0.9', preserveSource: true }, { datapath: 'kernel' }),
      {},
      /^services\["b\.c"\]\.sendSource "10\.0\.0\.9": cannot stand beside services\["b\.c"\]\.preserveSource,/,
    ],
  ]
  for (const [value, flags, message] of refused) {
    t.throws(() => readFileValue(value, 'x', flags), { name: 'ConfigError', message })
  }
  t.doesNotThrow(() => readFileValue(file({}, { workers: 4 }), 'x', { datapath: 'kernel', workers: '1' }))
  t.end()
})

t.test('a backend that is added later is looked at as well', t => {
  const unix = parseBackend({ path: 'address', text: 'unix:/x' })
  t.throws(() => checkBackend(unix, 'kernel'), { message: /^address "unix:\/x": the kernel datapath/ })
  t.doesNotThrow(() => checkBackend(unix, 'userspace'))
  t.doesNotThrow(() => checkBackend(parseBackend({ path: 'address', text: 'a:1' }), 'kernel'))
  t.end()
})

t.test('a listener needs a backend of its family', t => {
  const check = (urls: string[], hosts: string[]) => {
    const listeners = urls.map(url => parseListener('--listen', url))
    const backends = hosts.map(host => {
      const family = host.includes(':') ? 6 : 4
      return backend(host, { endpoint: { kind: 'inet', family, host, port: 1 } })
    })
    checkFamilies(listeners, backends, { listeners: urls.map((_, index) => `listen[${index}]`) })
  }
  const sound: [string[], string[]][] = [
    [[':80', 'udp://[::]:53'], ['10.0.0.1']],
    [[':80', '[::]:81'], ['::2']],
    [['0.0.0.0:80', '10.0.0.9:81'], ['10.0.0.1']],
    [
      ['10.0.0.9:80', 'udp://[::9]:80'],
      ['10.0.0.1', '::1'],
    ],
    [['[::ffff:10.0.0.9]:80'], ['::ffff:10.0.0.1']],
    [['[fe80::1%eth0]:80'], ['fe80::2%eth0']],
  ]
  for (const [urls, hosts] of sound) t.doesNotThrow(() => check(urls, hosts), `${urls} ${hosts}`)
  const why = 'the kernel datapath does not translate between IPv4 and IPv6'
  t.throws(() => check([':1', '[::9]:80'], ['10.0.0.1']), {
    name: 'ConfigError',
    message: `listen[1] "[::9]:80": no IPv6 backend: ${why}`,
  })
  t.throws(() => check(['0.0.0.0:80'], ['::1']), {
    message: `listen[0] "0.0.0.0:80": no IPv4 backend: ${why}`,
  })
  t.throws(() => check(['udp://[::9]:80'], ['::ffff:10.0.0.1']), { message: /no IPv6 backend/ })
  const elsewhere = backend('x', { endpoint: { kind: 'unix', path: '/x' } })
  t.throws(() => checkFamilies([parseListener('a', '10.0.0.9:80')], [elsewhere], { listeners: ['a'] }))
  t.doesNotThrow(() => checkFamilies([parseListener('a', 'unix:/x')], [elsewhere], { listeners: ['a'] }))
  t.end()
})
