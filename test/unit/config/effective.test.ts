import t from 'tap'
import { effectiveConfig } from '../../../src/config/effective.js'
import { parseFlags } from '../../../src/config/flags.js'

t.test('shows every default', t => {
  const config = parseFlags({ listen: [':80'], backend: ['db:5432'] })
  t.strictSame(effectiveConfig(config), {
    admin: { address: '127.0.0.1:7070', tokenFile: undefined },
    workers: 1,
    datapath: 'userspace',
    log: { level: 'info', format: 'auto' },
    drainTimeout: '30s',
    accessLog: false,
    journal: undefined,
    services: {
      default: {
        listen: ['tcp://*:80'],
        backends: [
          {
            address: 'db:5432',
            name: 'db:5432',
            weight: 1,
            backup: false,
            maxConnections: undefined,
            state: 'ready',
          },
        ],
        balance: 'round-robin',
        probe: {
          kind: 'tcp',
          port: undefined,
          send: undefined,
          expect: undefined,
          interval: '2s',
          timeout: '1s',
          rise: 2,
          fall: 3,
          fastInterval: '2s',
          downInterval: '2s',
        },
        passive: true,
        closeOn: ['dead', 'demoted'],
        udpOnDown: 'rehome',
        failbackDelay: '0s',
        slowStart: '0s',
        connectTimeout: '3s',
        connectAttempts: 3,
        hold: '0s',
        idleTimeout: '1h',
        finTimeout: '30s',
        udpIdleTimeout: '1m',
        maxConnections: undefined,
        maxUdpSessions: 10_000,
        sendSource: undefined,
        preserveSource: false,
        allow: undefined,
        deny: undefined,
        maxConnectionsPerClient: undefined,
        connectionRatePerClient: undefined,
      },
    },
  })
  t.end()
})

t.test('shows what was set', t => {
  const config = parseFlags({
    listen: ['udp://[::1]:53'],
    backend: ['[::2]:53,weight=2,name=b,max-connections=5,backup,state=drain'],
    name: 'dns',
    probe: 'udp,send=\\x00a,expect=re:^a\\,b,port=54',
    closeOn: 'none',
    admin: false,
    maxConnections: '7',
    sendSource: '::3',
  })
  t.match(effectiveConfig(config), {
    admin: false,
    services: {
      dns: {
        listen: ['udp://[::1]:53'],
        backends: [
          { address: '[::2]:53', name: 'b', weight: 2, backup: true, maxConnections: 5, state: 'drain' },
        ],
        probe: { kind: 'udp', port: 54, send: '\\0a', expect: 're:^a,b' },
        closeOn: ['none'],
        maxConnections: 7,
        sendSource: '::3',
      },
    },
  })
  t.end()
})

t.test('shows what the kernel alone can do, and no limit that is none', t => {
  const config = parseFlags({
    listen: [':80'],
    backend: ['a:1'],
    datapath: 'kernel',
    preserveSource: true,
    allow: ['::ffff:10.0.0.0/104', '2001:DB8::1'],
    deny: ['10.1.0.0/16'],
    maxConnectionsPerClient: '5',
    connectionRatePerClient: '10/s',
  })
  const services = config.services.map(service => ({ ...service, maxConnections: Infinity }))
  t.match(effectiveConfig({ ...config, services }), {
    datapath: 'kernel',
    services: {
      default: {
        connectAttempts: 1,
        maxConnections: undefined,
        preserveSource: true,
        allow: ['10.0.0.0/8', '2001:db8::1'],
        deny: ['10.1.0.0/16'],
        maxConnectionsPerClient: 5,
        connectionRatePerClient: '10/s',
      },
    },
  })
  t.end()
})

t.test('shows the keys of each kind of probe', t => {
  const shown = (probe: string) => {
    const config = parseFlags({ listen: [':80'], backend: ['a:1'], probe })
    return effectiveConfig(config).services
  }
  t.match(shown('none'), { default: { probe: { kind: 'none', interval: '2s' } } })
  t.match(shown('tcp,expect=+OK\\r\\n'), { default: { probe: { kind: 'tcp', expect: '+OK\\r\\n' } } })
  t.match(shown('http,path=/x,body=fine'), {
    default: { probe: { kind: 'http', path: '/x', status: 200, body: 'fine', timeout: '1s' } },
  })
  t.match(shown('exec,command=true'), { default: { probe: { kind: 'exec', command: 'true' } } })
  t.end()
})
