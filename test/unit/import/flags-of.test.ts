import t from 'tap'
import { parseFlags } from '../../../src/config/flags.js'
import type { ServiceDraft } from '../../../src/import/draft.js'
import { flagsOf } from '../../../src/import/flags-of.js'

const SERVICE: ServiceDraft = {
  name: 'db',
  line: 1,
  subject: 'listen db',
  listen: ['tcp://0.0.0.0:5432'],
  backends: [{ address: '10.0.0.1:5432' }],
}

t.test('what is not said is not given', t => {
  t.same(flagsOf(SERVICE), { name: 'db', listen: ['tcp://0.0.0.0:5432'], backend: ['10.0.0.1:5432'] })
  t.end()
})

t.test('everything arrives where flags are read', t => {
  const [service] = parseFlags(
    flagsOf({
      ...SERVICE,
      balance: 'ip-hash',
      backends: [
        {
          address: 'unix:/run/a,b.sock',
          name: 'a',
          weight: 3,
          backup: true,
          maxConnections: 9,
          state: 'drain',
        },
      ],
      probe: {
        kind: 'tcp',
        send: 'a,b\\r\\n',
        expect: 're:x{1,2}',
        interval: 3000,
        timeout: 500,
        rise: 4,
        fall: 5,
        fastInterval: 100,
        downInterval: 10_000,
      },
      closeOn: ['none'],
      slowStart: 30_000,
      connectTimeout: 1500,
      connectAttempts: 2,
      idleTimeout: 0,
      finTimeout: 7000,
      udpIdleTimeout: 8000,
      maxConnections: 100,
      maxUdpSessions: 200,
    }),
  ).services
  t.match(service, {
    name: 'db',
    balance: 'ip-hash',
    backends: [
      {
        name: 'a',
        address: { path: '/run/a,b.sock' },
        weight: 3,
        backup: true,
        maxConnections: 9,
        state: 'drain',
      },
    ],
    probe: {
      spec: { kind: 'tcp', send: Buffer.from('a,b\r\n'), expect: { pattern: /x{1,2}/ } },
      interval: 3000,
      timeout: 500,
      rise: 4,
      fall: 5,
      fastInterval: 100,
      downInterval: 10_000,
    },
    closeOn: new Set(),
    slowStart: 30_000,
    connectTimeout: 1500,
    connectAttempts: 2,
    idleTimeout: 0,
    finTimeout: 7000,
    udpIdleTimeout: 8000,
    maxConnections: 100,
    maxUdpSessions: 200,
  })
  t.end()
})
