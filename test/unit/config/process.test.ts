import t from 'tap'
import type { Flags } from '../../../src/config/flag-values.js'
import { flagSettings } from '../../../src/config/flags.js'
import { overlay } from '../../../src/config/given.js'
import { fileSettings } from '../../../src/config/file/file-settings.js'
import { readProcess } from '../../../src/config/process.js'

const file = (values: Readonly<Record<string, unknown>>, flags: Flags = {}) =>
  readProcess(overlay(flagSettings(flags), fileSettings(values, [])))

t.test('reads the keys of a file', t => {
  t.match(
    file({
      admin: { address: 'unix:/run/admin', tokenFile: '/etc/token' },
      workers: 'auto',
      datapath: 'userspace',
      drainTimeout: '5s',
      accessLog: true,
      log: { level: 'warn', format: 'json' },
      journal: 'journal.jsonl',
    }),
    {
      admin: { address: { kind: 'unix', path: '/run/admin' }, tokenFile: '/etc/token' },
      workers: 'auto',
      datapath: 'userspace',
      drainTimeout: 5000,
      accessLog: true,
      log: { level: 'warn', format: 'json' },
      journal: 'journal.jsonl',
      paths: { admin: 'admin.address', tokenFile: 'admin.tokenFile', workers: 'workers', journal: 'journal' },
    },
  )
  t.equal(file({ admin: false }).admin, undefined)
  t.equal(file({ datapath: 'kernel' }).datapath, 'kernel')
  t.end()
})

t.test('flags win over the file, and are named then', t => {
  t.match(file({ admin: false }, { admin: ':1' }), {
    admin: { address: { port: 1 } },
    paths: { admin: '--admin' },
  })
  t.equal(file({ admin: { address: ':1' } }, { admin: false }).admin, undefined)
  t.match(file({ admin: { address: ':1', tokenFile: 'a' } }, { adminTokenFile: 'b' }), {
    admin: { address: { port: 1 }, tokenFile: 'b' },
    paths: { admin: 'admin.address', tokenFile: '--admin-token-file' },
  })
  t.match(file({ workers: 4, journal: 'a' }, { workers: '2', journal: 'b' }), {
    workers: 2,
    journal: 'b',
    paths: { workers: '--workers', journal: '--journal' },
  })
  t.end()
})

t.test('refuses what cannot be used', t => {
  const cases: [Readonly<Record<string, unknown>>, Flags, message: string | RegExp][] = [
    [{ admin: { address: '7070' } }, {}, /^admin\.address "7070": no port/],
    [{ admin: { tokenFile: '' } }, {}, 'admin.tokenFile "": no file name'],
    [{ journal: 'a\0b' }, {}, /^journal "a\\u0000b": contains a NUL character$/],
    [{ workers: 0 }, {}, /^workers "0": not a whole number from 1 to 256$/],
    [{ workers: 4 }, { workers: 'many' }, /^--workers "many": not a whole number/],
    [{ drainTimeout: '5' }, {}, /^drainTimeout "5": not a duration/],
    [{ datapath: 'warp' }, {}, /^datapath "warp": not one of userspace, kernel$/],
    [{ log: { level: 'loud' } }, {}, /^log\.level "loud": not one of trace, /],
  ]
  for (const [values, flags, message] of cases) {
    t.throws(() => file(values, flags), { name: 'ConfigError', message }, JSON.stringify([values, flags]))
  }
  t.end()
})
