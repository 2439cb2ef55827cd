import t from 'tap'
import { ConfigError } from '../../../src/config/config-error.js'
import { parseFlags } from '../../../src/config/flags.js'
import type { Flags } from '../../../src/config/flag-values.js'
import { checkUnchanged } from '../../../src/config/unchanged.js'

const SERVICE: Flags = { listen: [':1'], backend: ['10.0.0.1:1'] }

t.test('what only a restart can change is refused with its path', t => {
  const before = parseFlags(SERVICE)
  const changes: readonly (readonly [Flags, RegExp])[] = [
    [{ admin: '127.0.0.1:1' }, /^--admin "127\.0\.0\.1:1": was "127\.0\.0\.1:7070", and only a restart/],
    [{ admin: false }, /"false": was "127\.0\.0\.1:7070"/],
    [{ adminTokenFile: '/t' }, /^--admin-token-file "\/t": was "", /],
    [{ workers: '2' }, /^--workers "2": was "1"/],
    [{ journal: '/j' }, /^--journal "\/j": was ""/],
    [{ datapath: 'kernel' }, /^datapath "kernel": was "userspace", and only a restart/],
    [{ logFormat: 'json' }, /^log\.format "json": was "auto"/],
  ]
  for (const [change, message] of changes) {
    t.throws(() => checkUnchanged(before, parseFlags({ ...SERVICE, ...change })), { message })
    t.throws(() => checkUnchanged(parseFlags({ ...SERVICE, ...change }), before), ConfigError)
  }
  t.end()
})

t.test('everything else may change', t => {
  const changed = { drainTimeout: '1s', accessLog: true, logLevel: 'debug', balance: 'ip-hash' }
  t.doesNotThrow(() => checkUnchanged(parseFlags(SERVICE), parseFlags({ ...SERVICE, ...changed })))
  t.end()
})
