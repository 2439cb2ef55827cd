import t from 'tap'
import type { ServiceConfig } from '../../../src/config/config.js'
import { effectiveService } from '../../../src/config/effective.js'
import type { Flags } from '../../../src/config/flag-values.js'
import { parseFlags } from '../../../src/config/flags.js'
import { originsOf } from '../../../src/config/origins.js'

function service(flags: Flags): ServiceConfig {
  const [only] = parseFlags(flags).services
  if (only === undefined) throw new Error('no service')
  return only
}

t.test('tells of each value where it comes from', t => {
  const given = service({
    listen: [':80'],
    backend: ['a:1,weight=2,name=db.1', 'b:2,max-connections=5'],
    balance: 'ip-hash',
    probe: 'http,path=/x',
    probeInterval: '5s',
    maxConnections: '7',
  })
  const origins = originsOf(given, 'file')
  t.match(origins, {
    listen: 'file',
    balance: 'file',
    passive: 'default',
    closeOn: 'default',
    'probe.kind': 'file',
    'probe.path': 'file',
    'probe.status': 'default',
    'probe.interval': 'file',
    'probe.timeout': 'default',
    maxConnections: 'file',
    maxUdpSessions: 'default',
    'backends.db.1.address': 'file',
    'backends.db.1.weight': 'file',
    'backends.db.1.name': 'file',
    'backends.b:2.name': 'default',
    'backends.b:2.weight': 'default',
    'backends.b:2.maxConnections': 'file',
  })
  t.notOk('sendSource' in origins, 'what is not set has none')
  t.notOk('backends.db.1.maxConnections' in origins)
  t.notOk('backends' in origins)
  t.equal(originsOf(given, 'flag').balance, 'flag')
  const keys = Object.entries(effectiveService(given)).flatMap(([key, value]) =>
    key === 'backends' || value === undefined ? [] : [key],
  )
  t.same(new Set(Object.keys(origins).map(path => path.split('.')[0])), new Set([...keys, 'backends']))
  t.end()
})

t.test('lists and limits of clients have origins as well', t => {
  const flags: Flags = { listen: [':80'], backend: ['a:1'], datapath: 'kernel', allow: ['::1'] }
  const given = service({ ...flags, connectionRatePerClient: '10/s' })
  const origins = originsOf({ ...given, maxConnections: Infinity }, 'file')
  t.match(origins, { allow: 'file', connectionRatePerClient: 'file', preserveSource: 'default' })
  t.notOk('deny' in origins || 'maxConnectionsPerClient' in origins || 'maxConnections' in origins)
  t.end()
})

t.test('limits that nobody gave are derived', t => {
  const plain = service({ listen: [':80'], backend: ['a:1'] })
  t.notOk('maxConnections' in originsOf(plain, 'flag'), 'before they are settled')
  const settled = { ...plain, maxConnections: 500, maxUdpSessions: 400 }
  t.match(originsOf(settled, 'flag'), { maxConnections: 'derived', maxUdpSessions: 'derived' })
  t.match(originsOf({ ...settled, maxUdpSessions: 10_000 }, 'flag'), { maxUdpSessions: 'default' })
  t.end()
})
